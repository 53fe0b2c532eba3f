"""Every path of ours on a box: its mode, its owner, and whether what is there is secret.

One table: operations and facts take their paths from here; what is cleaned before a box is packaged
(`dockwright.operations.clean`) and docs/reference/files.md are derived from it. The files that an
init reads are that init's (`dockwright.inits`). A password or key that gets a path of its own gets
a line here, and no packaged box ever has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

HOME = "/etc/dockwright"
CLIENT = f"{HOME}/client"
ENVIRONMENTS = f"{HOME}/env"
PASSWORDS = f"{HOME}/leaves"
REACHES = f"{HOME}/reach"
# what leaves had before their last switch, kept to go back to (dockwright.switching.kept)
FORMER = "/var/lib/dockwright/former"
# what of daemon.json is ours
ENGINE_RECORD = "/var/lib/dockwright/daemon.json"
ENGINE_SETTINGS = "/etc/docker/daemon.json"
TRUSTED = "/etc/docker/certs.d"  # of the engine, by registry
REGISTRIES = "/var/lib/dockwright/registries"
AUTHORITIES = "/usr/local/share/ca-certificates"  # of the distribution
# sorted behind those of the distribution, which it overrides
UNATTENDED = "/etc/apt/apt.conf.d/52dockwright-updates"
JOURNAL = "/etc/systemd/journald.conf.d/60-dockwright.conf"
LOCK = "/run/dockwright.lock"
RUNS = "/var/log/dockwright/runs.jsonl"
# when each part was backed up and tried last
BACKUPS = "/var/lib/dockwright/backups"
# The registry's host. Outside the folder that the container is given stands what it needs not.
AUTHORITY = f"{HOME}/ca"
AUTHORITY_KEY = f"{AUTHORITY}/ca.key"
AUTHORITY_CERTIFICATE = f"{AUTHORITY}/ca.crt"
# the one that is going to take its place, and the one whose place it took
NEXT_KEY = f"{AUTHORITY}/next.key"
NEXT_AUTHORITY = f"{AUTHORITY}/next.crt"
FORMER_AUTHORITY = f"{AUTHORITY}/former.crt"
# what a timer renews the server's certificate by
RENEWAL = f"{HOME}/renew-certificate.sh"
RENEWAL_NAMES = f"{AUTHORITY}/server.cnf"
PASSWORD = f"{HOME}/registry.password"
READER_PASSWORD = f"{HOME}/registry.reader.password"
# Mounted into the container, read-only, as /etc/docker/registry.
SETTINGS = f"{HOME}/registry"
KEY = f"{SETTINGS}/tls.key"
CERTIFICATE = f"{SETTINGS}/tls.crt"
HTPASSWD = f"{SETTINGS}/htpasswd"
READERS = f"{SETTINGS}/readers.htpasswd"
# not config.yml, by which images of former versions let everybody who reads write too: one that is
# put back goes on as it was
CONFIG = f"{SETTINGS}/registry.yml"
FRONT = f"{SETTINGS}/nginx.conf"
CACHES = f"{SETTINGS}/caches"  # a line a cache: its name, and the URL of its upstream
# Mounted into the container as /var/lib/registry.
DATA = "/srv/registry"
# what its box does for it by a timer, where a site says so; and what came of the last time, by the
# command `dockwright registry` too
TIDY = f"{HOME}/registry-tidy"
COLLECTED = "/var/lib/dockwright/registry.collected"
VERIFIED = "/var/lib/dockwright/registry.verified"
# The catalogue of packaged boxes: what its container is given, read-only, and its group there.
CATALOGUE = f"{HOME}/catalogue"
CATALOGUE_KEY = f"{CATALOGUE}/tls.key"
CATALOGUE_CERTIFICATE = f"{CATALOGUE}/tls.crt"
CATALOGUE_DATA = "/srv/catalogue"
CATALOGUE_ID = 60804
# The user and group number of the registry inside its container; the box has no such names.
ID = 5000

# what stands for a name in a path
_NAME = re.compile(r"[A-Z]{1,}")


@dataclass(frozen=True)
class Place:
    """A path of ours on a box; words in capitals stand for names.

    Example:
        >>> Place("/etc/dockwright/env/LEAF.PROCESS.N.env", "600", "", "leaf", secret=True).pattern
        '/etc/dockwright/env'
    """

    path: str
    mode: str  # octal; empty where it is as what is in it has it
    what: str  # in words
    of: Literal["box", "leaf", "registry"]  # which boxes have it
    secret: bool = False  # no other machine is to have it: it is destroyed before packaging
    owner: str = "0:0"  # numbers, as `stat -c %u:%g` writes them

    @property
    def pattern(self) -> str:
        """What a shell finds it by, with what a broken run left beside it."""
        fixed = _NAME.split(self.path)[0]
        return f"{self.path}*" if fixed == self.path else fixed.rstrip("/")


PLACES = (
    Place(ENGINE_SETTINGS, "644", "settings of the engine, joined with what is there", "box"),
    Place(ENGINE_RECORD, "600", "which part of it is ours", "box"),
    Place(f"{TRUSTED}/REGISTRY/ca.crt", "644", "the CA that the engine trusts for the registry",
          "box", secret=True),
    Place(REGISTRIES, "600", "registries whose CA, and whose images' names, are ours", "box"),
    Place("/etc/hosts", "644", "names of the site's boxes, beside what is there", "box"),
    Place(f"{AUTHORITIES}/NAME.crt", "644", "`dockwright_ca_certificates`", "box"),
    Place(UNATTENDED, "644", "updates by itself, where a site says so", "box"),
    Place(JOURNAL, "644", "how much the journal may have, where a site says so", "box"),
    Place(LOCK, "600", "the lock of a run", "box"),
    Place("/run/dockwright-reach", "", "which rules of what leaves may reach were loaded", "leaf"),
    Place("/run/dockwright-build.NAME", "700", "what a build is given, until it ends", "box"),
    Place(RUNS, "640", "who applied what, when; the last runs", "box"),
    Place(BACKUPS, "700", "when the box's backups were made and tried last", "box"),
    Place("/var/cache/dockwright/restic", "700", "what restic keeps of the target, encrypted",
          "box"),
    Place("/run/dockwright-backup.NAME", "700", "what a backup is given, until it ends", "box"),
    Place(f"{ENVIRONMENTS}/LEAF.PROCESS.N.env", "600", "the environment of a container of a leaf",
          "leaf", secret=True),
    Place(f"{REACHES}/LEAF.reach", "644", "what a leaf may reach: its network, and the rules of it",
          "leaf"),
    Place(f"{PASSWORDS}/LEAF.password", "600",
          "the password of a leaf whose writes need a login", "leaf", secret=True),
    Place(CLIENT, "", "the docker client's settings of jobs, `run` and `exec`: none", "leaf",
          secret=True),
    Place(FORMER, "700", "jobs and images of former versions, for `rollback`", "leaf",
          secret=True),
    Place(AUTHORITY, "700", "the CA, its key and certificate", "registry", secret=True),
    Place(AUTHORITY_KEY, "600", "its key", "registry", secret=True),
    Place(AUTHORITY_CERTIFICATE, "644", "its certificate", "registry", secret=True),
    Place(NEXT_KEY, "600", "the key of the next CA, until all boxes trust it", "registry",
          secret=True),
    Place(NEXT_AUTHORITY, "644", "its certificate", "registry", secret=True),
    Place(FORMER_AUTHORITY, "644", "the former CA, as long as it is shown", "registry",
          secret=True),
    Place(RENEWAL_NAMES, "600", "the names of the server's certificate, for its renewal",
          "registry", secret=True),
    Place(RENEWAL, "644", "what renews it, by a timer", "registry"),
    Place(PASSWORD, "600", "the password of the login that writes", "registry", secret=True),
    Place(READER_PASSWORD, "600", "the password of the one that reads", "registry", secret=True),
    Place(SETTINGS, "750", "what the container is given, read-only", "registry",
          owner=f"0:{ID}"),
    Place(KEY, "640", "the server's key", "registry", secret=True, owner=f"0:{ID}"),
    Place(CERTIFICATE, "644", "the server's certificate", "registry", secret=True),
    Place(HTPASSWD, "640", "the login that writes, as a hash", "registry", secret=True,
          owner=f"0:{ID}"),
    Place(READERS, "640", "the login that reads", "registry", secret=True, owner=f"0:{ID}"),
    Place(CONFIG, "640", "settings of the registry", "registry", owner=f"0:{ID}"),
    Place(FRONT, "640", "settings of nginx, which lets in", "registry", owner=f"0:{ID}"),
    Place(CACHES, "640", "registries of others that it caches", "registry", owner=f"0:{ID}"),
    Place(DATA, "750", "the images", "registry", owner=f"{ID}:{ID}"),
    Place(TIDY, "755", "what the box does for it by a timer, where a site says so", "registry"),
    Place(COLLECTED, "644", "when it was collected last, and what that freed", "registry"),
    Place(VERIFIED, "644", "when it was verified last, and how many flaws it had", "registry"),
    Place(CATALOGUE, "750", "what the catalogue's container is given, read-only", "registry",
          owner=f"0:{CATALOGUE_ID}"),
    Place(CATALOGUE_KEY, "640", "the catalogue's key", "registry", secret=True,
          owner=f"0:{CATALOGUE_ID}"),
    Place(CATALOGUE_CERTIFICATE, "644", "the catalogue's certificate", "registry", secret=True),
    Place(CATALOGUE_DATA, "755", "the catalogue: packaged boxes, and what it tells of them",
          "registry"),
)  # fmt: skip


def secrets() -> tuple[str, ...]:
    """Patterns of a shell for all that is destroyed before a box is packaged.

    Example:
        >>> "/etc/dockwright/registry/htpasswd*" in secrets()
        True
    """
    return tuple(dict.fromkeys(place.pattern for place in PLACES if place.secret))
