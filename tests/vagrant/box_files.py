"""The files in a packaged box, read from its disk image without starting it."""

import hashlib
import shutil
import subprocess
from pathlib import Path

_OFFSET = 1 << 20  # bytes; where a stock box has its partition
# What a box is, but for its packages, which have a list, and what engine and apt keep
_PARTS = ("boot", "etc", "home", "opt", "root", "srv", "usr")
# Caches, and what is kept of files before their last change
_OWN = ("etc/ld.so.cache", "etc/shadow", "etc/shadow-", "etc/passwd-", "etc/group-",
        "etc/gshadow-", "etc/subuid-", "etc/subgid-")  # fmt: skip


def read(image: Path, folder: Path) -> Path:
    """Copy all files of a disk ``image`` into ``folder``/root; modes and owners are not kept."""
    raw, root = folder / "disk.raw", folder / "root"
    shutil.rmtree(folder, ignore_errors=True)
    root.mkdir(parents=True)
    subprocess.run(["qemu-img", "convert", "-O", "raw", image, raw], check=True)
    subprocess.run(["debugfs", "-R", f'rdump / "{root}"', f"{raw}?offset={_OFFSET}"], check=True,
                   capture_output=True)  # fmt: skip
    raw.unlink()
    return root


def contents(root: Path) -> dict[str, str]:
    """Path and digest of each file that two boxes of one kind have alike."""
    found = {}
    for path in sorted(at for part in _PARTS for at in (root / part).rglob("*")):
        name = str(path.relative_to(root))
        if name in _OWN:
            continue
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def packages(root: Path) -> set[tuple[str, str, str]]:
    """Name, version and state of each package."""
    text = (root / "var/lib/dpkg/status").read_text()
    found = set()
    for stanza in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines()
                      if ": " in line and line[0] != " ")  # fmt: skip
        if fields:
            found.add((fields["Package"], fields.get("Version", ""), fields["Status"]))
    return found
