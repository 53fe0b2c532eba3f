"""Settings of an engine: daemon.json and its command line, ours joined with other hands'."""
