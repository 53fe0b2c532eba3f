"""The chain: Dockerfiles in, the order they are built in out. Pure but for ``read``."""
