"""Inits: one file an init system; the jobs of a leaf in, the texts that init reads out."""
