"""What is written into a box's root before it starts: its name, address, user, keys, units."""

from __future__ import annotations

import os
import stat
import uuid
from pathlib import Path

from dockwright.lab.commands import run
from dockwright.lab.settings import BoxSpec, LabSettings

# On a machine with version 1 of control groups, systemd-nspawn mounts the controllers
# read-only, and `docker run` ends with "mkdir /sys/fs/cgroup/cpuset/docker: read-only file
# system". A plain remount says busy; the bind form works. Inert where version 2 is mounted.
CGROUP_UNIT = """\
[Unit]
Description=Writable control groups for the engine (version 1)
ConditionPathExists=!/sys/fs/cgroup/cgroup.controllers
DefaultDependencies=no
After=local-fs.target
Before=docker.service containerd.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'for at in /sys/fs/cgroup/*/; do mount -o remount,rw,bind "$$at"; done'

[Install]
WantedBy=multi-user.target
"""
SSHD = """\
HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
PermitRootLogin no
UseDNS no
"""


def network_file(lab: LabSettings, box: BoxSpec) -> str:
    """Sorted before systemd's own 80-container-host0.network, which would ask for DHCP."""
    prefix = lab.network.prefixlen
    return (
        "[Match]\nName=host0\n\n[Network]\n"
        f"Address={box.address}/{prefix}\nGateway={lab.gateway}\n"
        "LinkLocalAddressing=no\nIPv6AcceptRA=no\n"
    )


def hosts_file(box: BoxSpec) -> str:
    return f"127.0.0.1\tlocalhost\n{box.address}\t{box.hostname} {box.name}\n"


def resolver_file(text: str) -> str:
    """The outer machine's resolv.conf without resolvers on its loopback, unreachable here."""
    keep = [
        line
        for line in text.splitlines()
        if not line.startswith("nameserver 127.") and line.strip() != "nameserver ::1"
    ]
    return "\n".join(keep) + "\n"


def _outer_resolver() -> str:
    text = Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace")
    # systemd-resolved lists only its stub there, and the real ones in a file beside it
    beyond = Path("/run/systemd/resolve/resolv.conf")
    if "nameserver 127.0.0.53" in text and beyond.exists():
        text = beyond.read_text(encoding="utf-8", errors="replace")
    return resolver_file(text)


def prepare(lab: LabSettings, box: BoxSpec, root: Path, public_key: str) -> None:
    """Make a fresh copy of the cached root into this box."""
    _write(root / "etc/hostname", box.name + "\n")
    _write(root / "etc/hosts", hosts_file(box))
    _write(root / "etc/machine-id", uuid.uuid4().hex + "\n", 0o444)
    _write(root / "etc/systemd/network/10-lab.network", network_file(lab, box))
    _write(root / "etc/systemd/system/dockwright-cgroups.service", CGROUP_UNIT)
    _write(root / "etc/ssh/sshd_config.d/10-lab.conf", SSHD)
    _write(root / "etc/sudoers.d/vagrant", "vagrant ALL=(ALL:ALL) NOPASSWD: ALL\n", 0o440)
    resolver = root / "etc/resolv.conf"
    resolver.unlink(missing_ok=True)
    _write(resolver, _outer_resolver())
    inside = ["chroot", str(root)]
    run([*inside, "useradd", "--create-home", "--shell", "/bin/bash", "vagrant"])
    enabled = ["ssh.service", "systemd-networkd.service", "dockwright-cgroups.service"]
    run([*inside, "systemctl", "--quiet", "enable", *enabled])
    key = root / "etc/ssh/ssh_host_ed25519_key"
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", box.hostname, "-f", str(key)])
    home = root / "home/vagrant/.ssh"
    home.mkdir(mode=0o700)
    _write(home / "authorized_keys", public_key, 0o600)
    owner = (root / "home/vagrant").stat()
    for path in (home, home / "authorized_keys"):
        os.chown(path, owner.st_uid, owner.st_gid)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def read_inside(root: Path, path: str, most: int = 4096) -> str | None:
    """The text of a file within a box's root, None where there is none.

    Whoever has root in the box may have put a link there, to a file of this machine, or a pipe:
    neither is followed nor waited for.

    Args:
        root: the box's root folder.
        path: below it, such as ``etc/hostname``.
        most: bytes that are read.

    Example:
        >>> read_inside(Path("/"), "no/such/file")
    """
    *folders, name = Path(path).parts
    steps = [(str(root), os.O_DIRECTORY)]
    steps += [(folder, os.O_DIRECTORY | os.O_NOFOLLOW) for folder in folders]
    steps.append((name, os.O_NOFOLLOW | os.O_NONBLOCK))
    at: int | None = None
    try:
        for step, how in steps:
            further = os.open(step, os.O_RDONLY | os.O_CLOEXEC | how, dir_fd=at)
            if at is not None:
                os.close(at)
            at = further
        if at is None or not stat.S_ISREG(os.fstat(at).st_mode):
            return None
        return os.read(at, most).decode("utf-8", "replace")
    except OSError:
        return None
    finally:
        if at is not None:
            os.close(at)
