"""Python packages fetched once, for boxes and images that no package index is in reach of."""
