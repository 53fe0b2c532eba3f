"""Cleaning a box up, before it is packaged."""

from __future__ import annotations

from pyinfra.api import StringCommand

from dockwright.operations.declare import Commands, operation

_APT = "env DEBIAN_FRONTEND=noninteractive apt-get --yes -o DPkg::Lock::Timeout=300"


@operation()
def up() -> Commands:
    """Remove what a packaged box need not carry, and zero its free space; runs whenever called.

    Free space is zeroed file system by file system through one file that is removed again, also
    where the disk fills up, which is how it ends.

    Example:
        >>> clean.up()  # doctest: +SKIP
    """
    yield StringCommand(_APT, "autoremove --purge --quiet=2")
    yield StringCommand(_APT, "clean")
    yield StringCommand("sh -c 'rm -rf /var/lib/apt/lists/*'")
    yield StringCommand(
        'sh -c \'trap "rm -f /.dockwright-zero" EXIT; '
        "dd if=/dev/zero of=/.dockwright-zero bs=4M 2>/dev/null; sync; true'"
    )
