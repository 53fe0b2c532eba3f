"""What of a box, a leaf and a registry is not well, by what they say: rows of readings."""
