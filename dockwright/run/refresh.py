"""Newer base images and packages: the images deploy, told to begin anew."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from dockwright.errors import DockwrightError
from dockwright.run.named import inventory as named_inventory
from dockwright.terminal import echo


def refresh(inventory: str | None, deploy: Path) -> int:
    """Run ``deploy`` by pyinfra with ``dockwright_refresh=True``; 0, or 1 where it failed.

    Args:
        inventory: as for `dockwright.run.inventory.load`.
        deploy: a file that calls `dockwright.deploys.images`.

    Raises:
        DockwrightError: there is no such file.

    Example::

        refresh(None, Path("deploy/images.py"))  # 0
    """
    if not deploy.is_file():
        raise DockwrightError(
            f"{deploy}: no such file in {Path.cwd()}; name the deploy file with --deploy"
        )
    where = named_inventory(inventory)
    words = ["-y", "--data", "dockwright_refresh=True", "--", where, str(deploy)]
    echo(f"pyinfra {shlex.join(words)}", err=True)
    ended = subprocess.run([sys.executable, "-m", "pyinfra", *words], check=False)
    # pyinfra's 2 is a usage error; ours would be drift
    return 1 if ended.returncode else 0
