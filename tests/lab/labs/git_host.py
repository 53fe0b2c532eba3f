"""The git host as git reads and writes it."""

import os
import subprocess
from pathlib import Path
from uuid import uuid4

from tests.lab.labs.site_lab import DOCKER

STASH = f"http://{DOCKER}:7990"


class Git:
    """git with a login that it asks a program for, so that it stands in no argument and no URL."""

    def __init__(self, folder: Path, user: str, password: str) -> None:
        self.folder = folder
        asked = folder / "askpass"
        asked.write_text(
            '#!/bin/sh\ncase "$1" in User*) echo "$GIT_USER" ;; *) echo "$GIT_PASSWORD" ;; esac\n'
        )
        asked.chmod(0o700)
        self.environment = {
            **os.environ,
            "GIT_ASKPASS": str(asked),
            "GIT_USER": user,
            "GIT_PASSWORD": password,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "no_proxy": "*",
        }

    def __call__(self, *argv: str, **further: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *argv],
            cwd=self.folder,
            env={**self.environment, **further},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def work(self, text: str, branch: str = "main") -> str:
        """A new repository here with one commit of a file ``page``."""
        name = f"work-{uuid4().hex[:8]}"
        assert self("init", "-q", "-b", branch, name).returncode == 0
        (self.folder / name / "page").write_text(text)
        self("-C", name, "add", "page")
        done = self("-C", name, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", text)
        assert done.returncode == 0, done.stderr
        return name


def history(git: Git, commits: int) -> str:
    """A new bare repository with so many commits, one after the other, in branch main."""
    name = f"history-{uuid4().hex[:8]}"
    assert git("init", "-q", "--bare", name).returncode == 0
    said = []
    for number in range(1, commits + 1):
        parent = f"from :{number - 1}\n" if number > 1 else ""
        said.append(
            f"commit refs/heads/main\nmark :{number}\ncommitter A <a@b> {1_600_000_000 + number} "
            f"+0000\ndata 1\nx\n{parent}\n"
        )
    argv = ["git", "-C", name, "fast-import", "--quiet"]
    subprocess.run(argv, cwd=git.folder, input="".join(said), text=True, check=True, timeout=60)
    return name
