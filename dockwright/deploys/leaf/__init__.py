"""What the deploy of leaves is made of."""
