"""What opens the target of backups: a key of the site, and ways in, read on this machine.

A box is given them on a script's standard input, for as long as that runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dockwright.backup.target import BackupTarget, password, target
from dockwright.errors import DockwrightError
from dockwright.site.backup import Backup
from dockwright.site.kept_key import kept_key
from dockwright.site.secrets import backup_key
from dockwright.site.settings import Settings

# what restic is told of S3 by its environment
_OF_S3 = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("AWS_DEFAULT_REGION", "AWS_REGION"),
)


@dataclass(frozen=True)
class Access:
    """The target, and what opens it."""

    target: BackupTarget
    backup: Backup
    key: str = field(repr=False)  # the site's
    environment: Mapping[str, str] = field(repr=False)
    ssh_key: str = field(repr=False)
    known_hosts: str

    def stdin(self, place: str) -> bytes:
        """What a script of ``scripts/backup`` reads, for the repository of the part ``place``.

        Example::

            access.stdin("app1/wiki")
        """
        lines = [password(self.key, place)]
        lines += [f"{name}={value}" for name, value in self.environment.items()]
        lines += ["", *self.ssh_key.splitlines(), "END", *self.known_hosts.splitlines(), "END"]
        return "".join(f"{line}\n" for line in lines).encode()


def access(
    settings: Settings, say: Callable[[str], None], environment: Mapping[str, str] | None = None
) -> Access:
    """What the site says, with a key that is made where there is none.

    Args:
        settings: the site's.
        say: told of a key that is new.
        environment: of this process, by default.

    Raises:
        DockwrightError: the site names no target; a file can't be read, or others may read it.

    Example::

        access(this_box().settings, print).target.of  # 'sftp'
    """
    here = os.environ if environment is None else environment
    backup = settings.backup
    if backup is None:
        raise DockwrightError(
            'dockwright_backup: not given; say where backups go: {"to": "sftp:user@host:/folder"}'
        )
    where = target(backup.to)
    key = backup_key(settings, here)
    if key is None:
        path = key_path(here)
        key, is_new = kept_key(path, "the key of backups")
        if is_new:
            say(f"{path}: made; keep a copy elsewhere: nobody reads a backup without it")
    of_s3 = {name: here[name] for name in _OF_S3 if where.of == "s3" and name in here}
    if any("\n" in value for value in of_s3.values()):
        raise DockwrightError(f"{', '.join(of_s3)}: a line break in one of them; set it again")
    return Access(
        where,
        backup,
        key,
        of_s3,
        _read("ssh_key", backup.ssh_key, secret=True),
        _read("known_hosts", backup.known_hosts),
    )


def key_path(environment: Mapping[str, str]) -> Path:
    """Where this machine keeps the key that it made.

    Example:
        >>> str(key_path({"XDG_CONFIG_HOME": "/c"}))
        '/c/dockwright/backup.key'
    """
    home = environment.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser() / "dockwright" / "backup.key"


def _read(name: str, written: str | None, secret: bool = False) -> str:
    if written is None:
        return ""
    path = Path(written).expanduser()
    try:
        if secret and path.stat().st_mode & 0o077:
            raise DockwrightError(
                f"dockwright_backup: {name}: {path}: others may read it; chmod 600"
            )
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "no text"
        raise DockwrightError(
            f"dockwright_backup: {name}: {path}: {why}; name a file of this machine"
        ) from error
