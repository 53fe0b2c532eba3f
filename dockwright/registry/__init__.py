"""Registry: the client side of a registry: credentials, digests, certificates."""
