"""Pure: what boxes say of their swarm, and what a site wants of it, to the steps between."""
