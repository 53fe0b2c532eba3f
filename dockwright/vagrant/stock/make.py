"""A stock box, made: mmdebstrap, a disk without a loop device, and the box of it.

All is made in a folder beside the box, which is moved to its place as the last thing.
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import shutil
import tarfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from shlex import quote
from uuid import uuid4

from dockwright.errors import DockwrightError
from dockwright.lab import apt as lab_apt
from dockwright.lab.bootstrap import bootstrap
from dockwright.lab.checks import KEYRING
from dockwright.lab.commands import held, run
from dockwright.lab.root import remove_tree
from dockwright.vagrant.stock.checks import no_place, trouble
from dockwright.vagrant.stock.declared import StockBox
from dockwright.vagrant.stock.disk import SECTOR, START, beginning

Echo = Callable[[str], None]
_SBIN = ":/usr/sbin:/sbin"  # which sudo and cron may leave out
_MOST = 3600.0  # seconds of one step on a slow disk
_BOOTSTRAP_MOST = 1800.0  # a kernel, its initial RAM disk and what the site adds
_FEATURES = "^metadata_csum_seed,^orphan_file"  # which grub of Debian 12 can't read


def stock(
    box: StockBox, output: Path, echo: Echo, force: bool = False, script: Path | None = None
) -> Path:
    """Make ``box``; where it is.

    Args:
        box: what it is to be.
        output: the file.
        echo: told each step.
        force: whether a file that is there is replaced, as the last thing.
        script: a program of this machine's that has the last word on its root file system, whose
            path is its only argument; packages are installed, and apt still reaches its mirror.

    Raises:
        DockwrightError: something is missing, or a step failed; nothing is left but, of a failed
            bootstrap, its log beside the box.

    Example::

        stock(StockBox("trixie", "libvirt", 20), Path("trixie.box"), print)
    """
    os.environ["PATH"] = os.environ.get("PATH", "") + _SBIN
    _check(output, force, script)
    began = time.monotonic()
    output = output.absolute()
    number = hashlib.sha256(str(output).encode()).hexdigest()[:12]
    with held(f"stock-{number}", echo):
        work = output.with_name(f".{output.name}.partial")
        remove_tree(work)  # of a call that was killed
        try:
            work.mkdir(mode=0o700)
            made = _made(replace(box, root=str(uuid4())), work, output, echo, script)
            if output.exists() and not force:
                raise DockwrightError(f"{output}: made by somebody else meanwhile, and stays")
            made.replace(output)
        except OSError as error:
            raise DockwrightError(f"{output}: {error.strerror or error}; see its folder") from error
        finally:
            remove_tree(work)
    size = output.stat().st_size / 1e6
    echo(f"{output}: {size:.0f} MB, made in {time.monotonic() - began:.0f} s")
    return output


def _check(output: Path, force: bool, script: Path | None) -> None:
    problem = trouble(platform.machine(), os.geteuid(), shutil.which, KEYRING.exists())
    folder = output.absolute().parent
    free = shutil.disk_usage(folder).free / 1e9 if folder.is_dir() else None
    problem = problem or no_place(output, free, os.path.lexists(output), force)
    if script is not None and not (script.is_file() and os.access(script, os.X_OK)):
        problem = problem or f"--with {script}: no program; name a file that can be executed"
    if output.is_dir():
        problem = f"{output}: a folder; name a file with --output"
    if problem:
        raise DockwrightError(problem)


def _made(box: StockBox, work: Path, output: Path, echo: Echo, script: Path | None) -> Path:
    """The box, in the folder ``work``."""
    root = work / "root"
    _bootstrap(box, work, root, output.with_name(f"{output.name}.log"), echo, script)
    for path, text in box.last_files().items():
        (root / path).write_text(text, encoding="utf-8")
    (root / "etc/resolv.conf").unlink(missing_ok=True)  # this machine's; DHCP has the network's
    echo(f"disk of {box.disk_gb} GB: file system, boot loader")
    raw = _disk(box, work, root)
    remove_tree(root)
    image = work / box.image
    echo(f"box for {box.provider}: {box.image}")
    run(["qemu-img", "convert", *_format(box), str(raw), str(image)], timeout=_MOST)
    raw.unlink()
    texts = box.beside(image.stat().st_size)
    for name, text in texts.items():
        (work / name).write_text(text, encoding="utf-8")
    packed = work / "packed"
    with tarfile.open(packed, "w:gz", compresslevel=4) as tar:
        for name in (*texts, box.image):  # what a box is stands first: it is soon read
            tar.add(work / name, name, filter=_nobodys)
    uid, gid = os.environ.get("SUDO_UID", ""), os.environ.get("SUDO_GID", "")
    if uid.isdigit() and gid.isdigit():
        os.chown(packed, int(uid), int(gid))
    return packed


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode = 0o644
    return entry


def _format(box: StockBox) -> Sequence[str]:
    if box.provider == "libvirt":
        return ("-O", "qcow2")
    return ("-O", "vmdk", "-o", "subformat=streamOptimized")


def _bootstrap(
    box: StockBox, work: Path, root: Path, log: Path, echo: Echo, script: Path | None
) -> None:
    sources, options = lab_apt.box_sources(box.suite), lab_apt.box_options()
    listing, files, inside = work / "sources", work / "files", work / "inside.sh"
    listing.write_text(sources, encoding="utf-8")
    inside.write_text(box.inside(), encoding="utf-8")
    for path, text in box.files(sources, options).items():
        at = files / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text, encoding="utf-8")
    hooks = [
        'rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*',
        f'cp -R --preserve=mode {quote(str(files))}/. "$1"/',
        f'chroot "$1" sh <{quote(str(inside))}',
        *([] if script is None else [f'{quote(str(script.absolute()))} "$1"']),
        'rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap',
    ]
    argv = ["mmdebstrap", "--variant=apt", f"--include={','.join(box.all_packages())}"]
    argv += [f"--aptopt={option}" for option in options]
    argv += [f"--customize-hook={hook}" for hook in hooks]
    argv += ["--format=directory", box.suite, str(root), str(listing)]
    echo(f"root file system of {box.suite}: mmdebstrap, from this machine's apt mirror")
    took = bootstrap(argv, f"root file system of {box.suite}", log, echo, _BOOTSTRAP_MOST)
    echo(f"root file system of {box.suite}: made in {took:.0f} s")


def _disk(box: StockBox, work: Path, root: Path) -> Path:
    """A plain file: the partition is made at its place in it, and the boot loader before that."""
    raw = work / "disk.raw"
    size = box.disk_gb << 30
    boot = (root / "usr/lib/grub/i386-pc/boot.img").read_bytes()
    core = (root / "boot/grub/core.img").read_bytes()
    first = beginning(boot, core, size // SECTOR, secrets.randbits(32))
    with raw.open("wb") as disk:
        disk.write(first)
        disk.truncate(size)
    # zeroed now, which a sparse file is, or the guest would do it, and fill its image with them
    extended = f"offset={START * SECTOR},lazy_itable_init=0,lazy_journal_init=0"
    run(
        [
            "mke2fs", "-q", "-F", "-t", "ext4", "-O", _FEATURES, "-U", box.root,
            "-d", str(root), "-E", extended, str(raw), f"{(size - START * SECTOR) >> 10}k",
        ],
        timeout=_MOST,
    )  # fmt: skip
    return raw
