"""Debian 13's cosign, from where this machine's packages come: who reads what we sign."""

import shutil
import subprocess
from pathlib import Path

from dockwright.lab import apt


def cosign(folder: Path) -> str:
    """The path of its program, unpacked into ``folder``."""
    assert shutil.which("apt-get")
    for name in ("lists/partial", "cache/archives/partial", "sources"):
        (folder / name).mkdir(parents=True)
    (folder / "sources/trixie.sources").write_text(apt.box_sources("trixie"))
    options = (
        *("-o", "Dir::Etc::sourcelist=-", "-o", f"Dir::Etc::sourceparts={folder}/sources"),
        *("-o", f"Dir::State::lists={folder}/lists", "-o", f"Dir::Cache={folder}/cache"),
    )
    for words in (("-qq", "update"), ("-qq", "download", "cosign")):
        subprocess.run(["apt-get", *options, *words], cwd=folder, check=True, timeout=300)
    (package,) = folder.glob("cosign_*.deb")
    subprocess.run(["dpkg", "-x", package, folder / "root"], check=True)
    return str(folder / "root/usr/bin/cosign")
