"""A run's first lab makes the base and the registry's image; the labs after it are given both.

Making them is tried where a lab is stood up from bare: by the site, and a stranger's site.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

# the command, by its line, that comes to a box
Ssh = Callable[[str], list[str]]

_IMAGES = "sudo docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -xE '%s'"
_OF_REGISTRY = "debian:bookworm|registry:[a-z0-9-]+"


def _kept() -> Path:
    return Path(os.environ["DOCKWRIGHT_TEST_SITE"], "prepared.tar")


def keep(ssh: Ssh) -> None:
    """Keep those that the box has."""
    if _kept().exists():
        return
    listed = ssh(_IMAGES % _OF_REGISTRY)
    said = subprocess.run(listed, check=False, capture_output=True, text=True, timeout=60)
    names = said.stdout.split()
    if "debian:bookworm" not in names or "registry:latest" not in names:
        return
    new = _kept().with_suffix(f".{os.getpid()}")
    with new.open("wb") as file:
        save = ssh(f"sudo docker image save {' '.join(names)}")
        subprocess.run(save, check=True, stdout=file, timeout=300)
    new.rename(_kept())


def give(ssh: Ssh) -> None:
    """Load what is kept, if anything, into the box's engine."""
    if _kept().exists():
        with _kept().open("rb") as file:
            load = ssh("sudo docker image load --quiet >/dev/null")
            subprocess.run(load, check=True, stdin=file, timeout=300)
