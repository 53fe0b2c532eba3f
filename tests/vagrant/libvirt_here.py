"""libvirt for the tier: a pool of its own, and daemons of its own where none is running.

Where systemd runs libvirtd, that is taken as it is. Elsewhere (a container, a machine without
systemd) the daemons are started here, with a qemu.conf that asks for nothing systemd would give.
"""

import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

POOL = "dockwright-tier"
_CONF = Path("/etc/libvirt/qemu.conf")
_KEPT = _CONF.with_name("qemu.conf.before-dockwright-tier")
_WITHOUT_SYSTEMD = """
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = [ ]
remember_owner = 0
"""


def virsh(*words: str, check: bool = True) -> str:
    done = subprocess.run(["virsh", "--quiet", "--connect", "qemu:///system", *words],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0 or not check, f"virsh {' '.join(words)}: {done.stderr}"
    return done.stdout.strip()


def answers() -> bool:
    return "qemu" in virsh("uri", check=False) and bool(virsh("version", check=False))


def traces() -> dict[str, list[str]]:
    """What a run could leave on this machine: links, addresses, qemu's and libvirt's processes,
    and libvirt's files."""

    def told(*argv: str) -> list[str]:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return sorted(done.stdout.splitlines())

    return {
        "links": told("sh", "-c", "ip -o link | cut -d: -f2 | grep -E 'virbr|vnet'"),
        "addresses": told("sh", "-c", "ip -o -4 address show dev lo | awk '{print $4}'"),
        "processes": told("sh", "-c", "ps -eo args | grep -E '[q]emu-system|[l]ibvirtd|[v]irtlogd'"
                                      " | cut -c-60; pgrep -a dnsmasq | cut -d' ' -f2-"),
        "firewall": told("sh", "-c", "iptables-save | grep -iE 'libvirt|virbr'"),
        "files": told("sh", "-c", "find /etc/libvirt /var/lib/libvirt/images -type f "
                                  "-exec md5sum {} +"),
    }  # fmt: skip


@contextmanager
def libvirt(folder: Path) -> Iterator[None]:
    """libvirt with `POOL` in ``folder``; all of it away at the end."""
    pool = folder / "pool"
    pool.mkdir()
    with ExitStack() as stack:
        stack.callback(_rules_away, _rules())
        if not answers():
            stack.enter_context(_daemons(folder))
        stack.callback(_away, pool, set(virsh("net-list", "--all", "--name").split()))
        virsh("pool-create-as", POOL, "dir", "--target", str(pool))
        stack.callback(virsh, "pool-destroy", POOL)
        yield


@contextmanager
def _daemons(folder: Path) -> Iterator[None]:
    if _KEPT.exists():  # a run that was killed
        _KEPT.replace(_CONF)
    before = _CONF.read_bytes()
    _KEPT.write_bytes(before)
    _KEPT.chmod(_CONF.stat().st_mode)
    _CONF.write_bytes(before + _WITHOUT_SYSTEMD.encode())
    started = []
    try:
        for name in ("virtlogd", "libvirtd"):
            with (folder / f"{name}.log").open("wb") as log:
                started.append(subprocess.Popen([f"/usr/sbin/{name}"], stdout=log, stderr=log,
                                                stdin=subprocess.DEVNULL))  # fmt: skip
        until = time.monotonic() + 60
        while not answers():
            assert time.monotonic() < until, (folder / "libvirtd.log").read_text()
            time.sleep(0.5)
        yield
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(30)
        _KEPT.replace(_CONF)


def _away(pool: Path, networks: set[str]) -> None:
    """Machines whose disk is in ``pool``, and networks that were not there before."""
    for domain in virsh("list", "--all", "--name").split():
        if f"{pool}/" in virsh("domblklist", domain):
            virsh("destroy", domain, check=False)
            virsh("undefine", "--managed-save", "--snapshots-metadata", domain, check=False)
    for network in set(virsh("net-list", "--all", "--name").split()) - networks:
        virsh("net-destroy", network, check=False)
        virsh("net-undefine", network, check=False)


def _rules() -> list[tuple[str, str, str]]:
    """libvirt's own rules and chains: program, table, rule. It leaves them when it ends."""
    return [
        (program, table, line)
        for program in ("iptables", "ip6tables")
        for table in ("filter", "nat", "mangle")
        for line in subprocess.run([program, "-t", table, "-S"], capture_output=True, text=True,
                                   check=False).stdout.splitlines()
        if "LIBVIRT_" in line
    ]  # fmt: skip


def _rules_away(before: list[tuple[str, str, str]]) -> None:
    if before:
        return
    rules = _rules()
    # a chain goes when nothing leads to it any more, and nothing is in it
    for old, new in (("-A", "-D"), ("-N", "-X")):
        for program, table, line in rules:
            if line.startswith(old):
                argv = [program, "-t", table, new, *shlex.split(line)[1:]]
                subprocess.run(argv, check=True, capture_output=True)
