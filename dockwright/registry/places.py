"""Where the registry's host keeps what, and who may read it: one table for facts and operations."""

from dockwright.chain.registry_name import registry_name

HOME = "/etc/dockwright"
AUTHORITY = f"{HOME}/ca"
AUTHORITY_KEY = f"{AUTHORITY}/ca.key"
AUTHORITY_CERTIFICATE = f"{AUTHORITY}/ca.crt"
# Outside the folder that the container is given: the registry needs the hash alone.
PASSWORD = f"{HOME}/registry.password"
# Mounted into the container, read-only, as /etc/docker/registry.
SETTINGS = f"{HOME}/registry"
KEY = f"{SETTINGS}/tls.key"
CERTIFICATE = f"{SETTINGS}/tls.crt"
HTPASSWD = f"{SETTINGS}/htpasswd"
CONFIG = f"{SETTINGS}/config.yml"
# Mounted into the container as /var/lib/registry.
DATA = "/srv/registry"

# Where the registry listens inside its container; on its box too, where the site names no other.
PORT = 5000

# The user and group number of the registry inside its container; the box has no such names.
ID = 5000

# Octal mode and owner:group as `stat -c '%a %u:%g'` writes them.
MODES = {
    HOME: "755 0:0",
    AUTHORITY: "700 0:0",
    AUTHORITY_KEY: "600 0:0",
    AUTHORITY_CERTIFICATE: "644 0:0",
    PASSWORD: "600 0:0",
    SETTINGS: f"750 0:{ID}",
    KEY: f"640 0:{ID}",
    CERTIFICATE: "644 0:0",
    HTPASSWD: f"640 0:{ID}",
    CONFIG: f"640 0:{ID}",
    DATA: f"750 {ID}:{ID}",
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
    return f"/etc/docker/certs.d/{registry_name(registry).domain}/ca.crt"
