"""mmdebstrap, run with its progress told and its end bounded."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dockwright.errors import DockwrightError
from dockwright.lab.commands import last_lines

TIMEOUT = 900.0  # seconds, for a far mirror
_TELL = 10.0  # seconds


def bootstrap(
    argv: Sequence[str],
    what: str,
    log: Path,
    echo: Callable[[str], None],
    timeout: float = TIMEOUT,
) -> float:
    """Run ``argv``, which is mmdebstrap; the seconds that it took.

    Args:
        argv: the command.
        what: what it makes, which its lines begin with.
        log: a file for all that it says; it is removed where all went well.
        echo: told now and then that it is still at it.
        timeout: seconds after which it is ended.

    Raises:
        DockwrightError: it failed, with its last lines, or took too long.

    Example::

        bootstrap(["mmdebstrap", "trixie", "root"], "root of trixie", Path("log"), print)  # 23.4
    """
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            list(argv), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _watch(process, what, began, echo, timeout)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(30)
    if process.returncode != 0:
        said = last_lines(log.read_text(encoding="utf-8", errors="replace"), 4)
        raise DockwrightError(
            f"{what}: mmdebstrap failed with status {process.returncode} "
            f"({said}); is the mirror in /etc/apt in reach? The whole log: {log}"
        )
    log.unlink()
    return time.monotonic() - began


def _watch(
    process: subprocess.Popen[bytes],
    what: str,
    began: float,
    echo: Callable[[str], None],
    timeout: float,
) -> None:
    while process.poll() is None:
        try:
            process.wait(_TELL)
        except subprocess.TimeoutExpired:
            spent = time.monotonic() - began
            if spent > timeout:
                raise DockwrightError(
                    f"{what}: not made within {timeout:.0f} s; is the mirror in /etc/apt in reach?"
                ) from None
            echo(f"{what}: still at it after {spent:.0f} s")
