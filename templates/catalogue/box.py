"""What the catalogue needs on its box: the folder of its files, and a certificate for its URL.

The box is one that keeps the registry: its CA signs.
"""

from pyinfra import host

from dockwright.operations import boot, registry
from dockwright.places import CATALOGUE_CERTIFICATE, CATALOGUE_KEY

address = host.data.get("dockwright_address")
registry.catalogue(
    name="catalogue: folder and certificate",
    url=host.data.get("dockwright_catalogue"),
    addresses=[str(address)] if address else [],
)
boot.restart(
    name="catalogue: takes its new certificate",
    leaf="catalogue",
    files=[CATALOGUE_CERTIFICATE, CATALOGUE_KEY],
)
