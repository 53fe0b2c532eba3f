"""Where the registry's host keeps what, and who may read it: one table for facts and operations.

The paths are those of `dockwright.places`, by the names that the registry's operations use.
"""

from dockwright.chain.registry_name import registry_name
from dockwright.places import AUTHORITY as AUTHORITY
from dockwright.places import AUTHORITY_CERTIFICATE as AUTHORITY_CERTIFICATE
from dockwright.places import AUTHORITY_KEY as AUTHORITY_KEY
from dockwright.places import CACHES as CACHES
from dockwright.places import CATALOGUE as CATALOGUE
from dockwright.places import CATALOGUE_CERTIFICATE as CATALOGUE_CERTIFICATE
from dockwright.places import CATALOGUE_DATA as CATALOGUE_DATA
from dockwright.places import CATALOGUE_ID as CATALOGUE_ID
from dockwright.places import CATALOGUE_KEY as CATALOGUE_KEY
from dockwright.places import CERTIFICATE as CERTIFICATE
from dockwright.places import CONFIG as CONFIG
from dockwright.places import DATA as DATA
from dockwright.places import FORMER_AUTHORITY as FORMER_AUTHORITY
from dockwright.places import FRONT as FRONT
from dockwright.places import HOME as HOME
from dockwright.places import HTPASSWD as HTPASSWD
from dockwright.places import ID as ID
from dockwright.places import KEY as KEY
from dockwright.places import NEXT_AUTHORITY as NEXT_AUTHORITY
from dockwright.places import NEXT_KEY as NEXT_KEY
from dockwright.places import PASSWORD as PASSWORD
from dockwright.places import PLACES, TRUSTED
from dockwright.places import READER_PASSWORD as READER_PASSWORD
from dockwright.places import READERS as READERS
from dockwright.places import RENEWAL as RENEWAL
from dockwright.places import RENEWAL_NAMES as RENEWAL_NAMES
from dockwright.places import SETTINGS as SETTINGS

# Where the registry listens inside its container; on its box too, where the site names no other.
PORT = 5000
# Who reads and does not write. Its name is ours, as nginx tells the two logins apart by it.
READER = "dockwright-reader"

# Octal mode and owner:group as `stat -c '%a %u:%g'` writes them.
MODES = {HOME: "755 0:0"} | {
    place.path: f"{place.mode} {place.owner}" for place in PLACES if place.of == "registry"
}


def trusted(registry: str) -> str:
    """The file from which an engine reads, at every request, the CA it trusts for ``registry``.

    Rule: https://docs.docker.com/engine/security/certificates/

    Raises:
        DockwrightError: not of the form ``host[:port][/path]``.

    Example:
        >>> trusted("192.168.50.20:5000")
        '/etc/docker/certs.d/192.168.50.20:5000/ca.crt'
        >>> trusted("harbor.corp.test/team")
        '/etc/docker/certs.d/harbor.corp.test/ca.crt'
    """
    return f"{TRUSTED}/{registry_name(registry).domain}/ca.crt"
