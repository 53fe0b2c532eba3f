"""Registry: the client side of a registry: credentials, digests, certificates."""

from pathlib import Path

# The image of the registry for a site that has none of its own: a folder of one image folder.
SHIPPED = Path(__file__).resolve().parent / "images"
