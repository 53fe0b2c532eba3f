"""Can this machine make boxes? One line that says what is missing, and that Vagrant is there."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from dockwright.errors import DockwrightError
from dockwright.site import apt_sources

# program -> the Debian package that brings it
PROGRAMS = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "ip": "iproute2",
    "iptables": "iptables",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
}
KEYRING = Path(apt_sources.KEYRING)
OTHER_WAY = "or use Vagrant: `vagrant up` and inventories/vagrant.py"


def trouble(
    platform: str,
    uid: int,
    which: Callable[[str], str | None],
    keyring: bool,
    make: bool = True,
) -> str | None:
    """What keeps this machine from having a lab, as one line; None where nothing does."""
    if not platform.startswith("linux"):
        return f"no lab on {platform}: boxes are systemd-nspawn, which needs Linux; {OTHER_WAY}"
    if uid != 0:
        return f"no lab for uid {uid}: boxes need root; run it with sudo, {OTHER_WAY}"
    missing = [name for name in PROGRAMS if which(name) is None]
    packages = [PROGRAMS[name] for name in missing]
    if make and not keyring:
        missing.append(str(KEYRING))
        packages.append("debian-archive-keyring")
    if missing:
        wanted = " ".join(dict.fromkeys(packages))
        return (
            f"no lab on this machine: {', '.join(missing)} missing; "
            f"run `apt-get install {wanted}`, {OTHER_WAY}"
        )
    return None


def check_machine(make: bool = True) -> None:
    """Raise DockwrightError where boxes can't be made (`make`) or taken down here."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    os.environ["PATH"] = path  # sudo and cron may leave sbin out, where ip and iptables live
    problem = trouble(
        sys.platform,
        os.geteuid(),
        lambda name: shutil.which(name, path=path),
        KEYRING.exists(),
        make,
    )
    if problem:
        raise DockwrightError(problem)
