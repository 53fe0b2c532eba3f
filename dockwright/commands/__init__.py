"""Commands: what operations are made of; each tells a plan what it would do."""
