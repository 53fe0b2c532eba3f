"""Cleaning a box up before it is packaged, and letting it forget which machine it was."""

from __future__ import annotations

from pathlib import Path

from dockwright import places, scripts
from dockwright.commands.declare import Call, Commands, operation
from dockwright.commands.script import Script
from dockwright.errors import DockwrightError
from dockwright.vagrant.host_keys import UNIT as HOST_KEYS

_TIDY = """set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -y -o DPkg::Lock::Timeout=300 autoremove --purge >&2
apt-get clean
rm -rf /var/lib/apt/lists/*
[ ! -d /run/systemd/system ] || journalctl --quiet --rotate --vacuum-time=1s
"""

# $1 is a folder, $2 the most MiB to write, $3 the MiB left free, so that what runs meanwhile
# can go on writing; they, and what the file system keeps for root, are written at the end, in a
# moment.
_ZERO = scripts.text("clean/zero")

# What the box needs as long as it runs goes when it goes down: sshd takes nobody in without keys.
_FORGET = scripts.text("clean/forget").replace("@SECRETS@", " ".join(places.secrets()))
# it stops after what is named there, which may write logs until its own end
_FORGET_UNIT = """[Unit]
Description=Goes down without what makes it this machine: it becomes a box
Before=docker.service containerd.service rsyslog.service ssh.service cron.service multi-user.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/bin/sh /run/dockwright-forget.sh
"""
# $1 and $2: what runs as the box goes down, and its unit; $3: the unit that makes host keys.
_ARM = scripts.text("clean/arm")


@operation()
def up(zero_mib: int = 65536, spare_mib: int = 256) -> Commands:
    """Remove what a packaged box need not carry, and zero its free space; runs whenever called.

    A box that is a container (a lab's) has no disk of its own: its free space is left alone.

    Args:
        zero_mib: how much is zeroed at most, in MiB; 0 for none.
        spare_mib: how much is left free meanwhile, in MiB, but for a moment at the end.

    Raises:
        DockwrightError: a number below 0.

    Example::

        clean.up()
    """
    if zero_mib < 0 or spare_mib < 0:
        raise DockwrightError(f"clean up: {min(zero_mib, spare_mib)} MiB: use 0 or more")
    yield Script("clean up", _TIDY)
    if zero_mib:
        yield Script("zeroing free space", _ZERO, "/", str(zero_mib), str(spare_mib))


@operation()
def forget(known_hosts: str | None = None) -> Commands:
    """Let the box forget who it is when it goes down; runs whenever called.

    Host keys, machine-id, logs, the registry's keys and logins, secrets of leaves, histories and
    leases are removed as it shuts down, the checkout in /vagrant at once. At its next boot it
    makes host keys of its own. Boxes with systemd only; others fail.

    Args:
        known_hosts: a file on this machine that is of this box alone, and takes the keys that it
            will make; it is removed.

    Example::

        clean.forget()
    """
    if known_hosts is not None:
        yield Call(f"remove {known_hosts}", _forget_keys, Path(known_hosts))
    yield Script("forgetting who it is", _ARM, _FORGET, _FORGET_UNIT, HOST_KEYS)


def _forget_keys(known_hosts: Path) -> None:
    known_hosts.unlink(missing_ok=True)
