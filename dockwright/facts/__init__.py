"""Facts: what a box has, read by one shell command each; the twins of the operations."""
