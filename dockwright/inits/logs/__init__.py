"""What an init keeps of what the containers of its jobs said."""
