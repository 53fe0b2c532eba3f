"""Boot: a Procfile in, the run specification and jobs of a leaf out. Pure."""
