"""Where backups go, as restic calls it, and the key of each part; pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from shlex import join
from typing import Literal

from dockwright.errors import DockwrightError, shown

Of = Literal["folder", "sftp", "s3"]
_SFTP = re.compile(
    r"sftp:(?://)?(?P<user>[\w.-]+)@(?P<host>[\w.-]+)(?::(?P<port>\d{1,5})/)?:?(?P<path>/\S+)"
)
_S3 = re.compile(r"s3:(?:https?://)?[\w.:-]+(?:/[\w.-]+)+")


@dataclass(frozen=True)
class BackupTarget:
    """A folder of the box, of a host that is reached by SFTP, or of a bucket of S3.

    ``base`` is what restic calls it. ``host``, ``user`` and ``port`` are of SFTP alone.
    """

    of: Of
    base: str
    host: str = ""
    user: str = ""
    port: int = 22

    def repository(self, place: str) -> str:
        """What restic calls the repository of a part.

        Example:
            >>> target("sftp:bak@192.0.2.9:/srv/backups").repository("app1/wiki")
            'sftp:bak@192.0.2.9:/srv/backups/app1/wiki'
        """
        return f"{self.base}/{place}"

    def ssh(self, key: str, known_hosts: str) -> str:
        """The command by which restic comes to the host; paths are of files on the box, or empty.

        Example:
            >>> target("sftp:bak@192.0.2.9:/srv/b").ssh("/run/x/key", "")
            'ssh -p 22 -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 \
-o IdentitiesOnly=yes -i /run/x/key -l bak 192.0.2.9 -s sftp'
        """
        words = ["ssh", "-p", str(self.port), "-o", "BatchMode=yes", "-o", "ConnectTimeout=20"]
        words += ["-o", "ServerAliveInterval=15"]
        if key:
            words += ["-o", "IdentitiesOnly=yes", "-i", key]
        if known_hosts:
            words += ["-o", f"UserKnownHostsFile={known_hosts}", "-o", "StrictHostKeyChecking=yes"]
        return join([*words, "-l", self.user, self.host, "-s", "sftp"])


def target(text: str) -> BackupTarget:
    """What a site names as the place of its backups.

    Args:
        text: ``/folder``, ``sftp:user@host:/folder`` (``sftp://user@host:port//folder`` with
            another port), or ``s3:host/bucket``, as restic writes them.

    Raises:
        DockwrightError: it is none of these.

    Example:
        >>> target("/srv/backups").of, target("s3:s3.corp.test/backups").of
        ('folder', 's3')
    """
    plain = text.rstrip("/")
    if plain.startswith("/") and ".." not in plain.split("/") and "\n" not in plain:
        return BackupTarget("folder", plain)
    if (match := _SFTP.fullmatch(plain)) is not None and not match["host"].startswith("-"):
        return BackupTarget("sftp", plain, match["host"], match["user"], int(match["port"] or 22))
    if _S3.fullmatch(plain) is not None:
        return BackupTarget("s3", plain)
    raise DockwrightError(
        f"{shown(text)}: no place for backups; write /folder, sftp:user@host:/folder or "
        "s3:host/bucket"
    )


def password(key: str, place: str) -> str:
    """What opens the repository of a part: of the site's key nobody learns by it.

    Args:
        key: the site's.
        place: of the part, as `Part.place`.

    Example:
        >>> password("k", "app1/wiki")[:8]
        '0795f0e5'
    """
    return hmac.new(key.encode(), place.encode(), hashlib.sha256).hexdigest()
