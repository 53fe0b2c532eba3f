"""What the catalogue needs on its box: the folder of its files, and a certificate for its URL.

The box is one that keeps the registry: its CA signs.
"""

from pyinfra import host

from dockwright.errors import DockwrightError
from dockwright.operations import boot, registry
from dockwright.places import CATALOGUE_CERTIFICATE, CATALOGUE_KEY

url, address = host.data.get("dockwright_catalogue"), host.data.get("dockwright_address")
if url is None:
    raise DockwrightError(
        f"box {host.name}: dockwright_catalogue: not given; give the URL that Vagrant calls the "
        "catalogue by, such as https://registry.vagrant:8443"
    )
registry.catalogue(
    name="catalogue: folder and certificate",
    url=url,
    addresses=[str(address)] if address else [],
)
boot.restart(
    name="catalogue: takes its new certificate",
    leaf="catalogue",
    files=[CATALOGUE_CERTIFICATE, CATALOGUE_KEY],
)
