"""Pure: a leaf as services of Docker Swarm; what it wants, what differs, and a file for compose."""
