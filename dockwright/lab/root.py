"""The root file system of a box: made once by suite and package list, copied for each box."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from dockwright.errors import DockwrightError
from dockwright.lab import apt as lab_apt
from dockwright.lab.bootstrap import bootstrap
from dockwright.lab.commands import held, run

CACHE = Path("/var/cache/dockwright")
PACKAGES = [
    "ca-certificates",
    "curl",
    "dbus",
    "debian-archive-keyring",
    "iproute2",
    "kmod",
    "libpam-systemd",
    "netbase",
    "openssh-server",
    "procps",
    "sudo",
    "systemd",
    "systemd-sysv",
]
# What a later Debian has no more in its smallest system.
OF_SUITE = {"forky": ("passwd",)}


def cache_key(suite: str, packages: list[str], sources: str, options: list[str]) -> str:
    """A name for the cached root: the same for the same suite, packages and apt set-up."""
    said = json.dumps([suite, sorted(packages), sources, options])
    return f"root-{suite}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def cached_root(suite: str, echo: Callable[[str], None], further: Sequence[str] = ()) -> Path:
    """The cached root of `suite` with `further` packages, made now where it is not there yet."""
    sources = lab_apt.box_sources(suite)
    options = lab_apt.box_options()
    packages = [*PACKAGES, *OF_SUITE.get(suite, ()), *further]
    root = CACHE / cache_key(suite, packages, sources, options)
    # 0700: the roots hold set-user-ID programs, no business of this machine's users.
    CACHE.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(root.name, echo):
        if not root.is_dir():
            _build(root, suite, packages, sources, options, echo)
    return root


def _build(
    root: Path,
    suite: str,
    packages: list[str],
    sources: str,
    options: list[str],
    echo: Callable[[str], None],
) -> None:
    partial = root.with_suffix(".partial")
    remove_tree(partial)
    listing = CACHE / f"{root.name}.sources"
    listing.write_text(sources, encoding="utf-8")
    log = CACHE / f"{root.name}.log"
    argv = ["mmdebstrap", "--variant=apt", f"--include={','.join(packages)}"]
    argv += [f"--aptopt={option}" for option in options]
    argv += ["--format=directory", suite, str(partial), str(listing)]
    echo(f"root file system of {suite}: mmdebstrap, from this machine's apt mirror")
    try:
        took = bootstrap(argv, f"root file system of {suite}", log, echo)
    except DockwrightError:
        remove_tree(partial)
        raise
    _finish(partial, sources, options)
    partial.rename(root)
    listing.unlink()
    echo(f"root file system of {suite}: made in {took:.0f} s")


def _finish(root: Path, sources: str, options: list[str]) -> None:
    """What every box has alike: apt's set-up, and no host key of the build."""
    apt = root / "etc/apt"
    for stray in [apt / "sources.list", *(apt / "sources.list.d").glob("*")]:
        stray.unlink(missing_ok=True)
    (apt / "sources.list.d/debian.sources").write_text(sources, encoding="utf-8")
    (apt / "apt.conf.d/99mmdebstrap").unlink(missing_ok=True)
    text = "".join(f"{option}\n" for option in options)
    (apt / "apt.conf.d/99dockwright-lab").write_text(text, encoding="utf-8")
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()


def copy_root(cached: Path, root: Path) -> None:
    """A box's own root: a plain copy, since overlay2 in the box needs a real file system."""
    remove_tree(root)
    root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    run(["cp", "-a", "--reflink=auto", str(cached), str(root)], timeout=300)


def remove_tree(path: Path) -> None:
    """Remove a folder of ours, unless something of this machine is mounted inside."""
    if not path.exists():
        return
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        where = line.split()[4].replace("\\040", " ")
        if where == str(path) or where.startswith(f"{path}/"):
            raise DockwrightError(f"{path}: not removed, {where} is mounted in it; unmount it")
    # gevent closes what Python opens only later: a tree of many folders runs out of descriptors
    # an hour: the images of six boxes took five minutes on a busy disk
    run(["rm", "-rf", "--one-file-system", "--", str(path)], timeout=3600)
