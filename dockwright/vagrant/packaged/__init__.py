"""Packaged boxes: built from a machine, and tried by bringing one up from it."""
