"""Run a program of the outer machine, bounded in time; and locks between lab commands."""

from __future__ import annotations

import fcntl
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dockwright.errors import DockwrightError

RUN_FOLDER = Path("/run/dockwright")
LOCK_WAIT = 600.0  # seconds: another command may be making the root file system


def run(
    argv: Sequence[str], timeout: float = 60, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run `argv`; raises DockwrightError with the program's last lines if it fails."""
    line = " ".join(argv)
    try:
        done = subprocess.run(
            list(argv),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise DockwrightError(f"{argv[0]}: no such program; install it and run again") from error
    except subprocess.TimeoutExpired as error:
        raise DockwrightError(f"`{line}` did not end within {timeout:.0f} s") from error
    if check and done.returncode != 0:
        raise DockwrightError(
            f"`{line}` failed with status {done.returncode}: {last_lines(done.stderr, 5)}"
        )
    return done


def last_lines(text: str, count: int) -> str:
    """The end of a program's output, as one line for an error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[-count:]) or "no output"


@contextmanager
def held(what: str, echo: Callable[[str], None]) -> Iterator[None]:
    """Hold the machine-wide lock `what`: one command at a time changes one thing."""
    path = RUN_FOLDER / f"{what}.lock"
    began = time.monotonic()
    said = False
    while True:
        RUN_FOLDER.mkdir(mode=0o755, exist_ok=True)
        lock = path.open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # whoever had it before has removed the file: then this lock locks nothing
            if path.exists() and path.samefile(f"/proc/self/fd/{lock.fileno()}"):
                break
        except BlockingIOError:
            if not said:
                echo(f"waiting for another lab command to release {what}")
                said = True
        lock.close()
        if time.monotonic() - began > LOCK_WAIT:
            raise DockwrightError(
                f"{path}: held by another lab command for {LOCK_WAIT:.0f} s; "
                f"see who with `fuser {path}`"
            )
        time.sleep(0.1)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        lock.close()
