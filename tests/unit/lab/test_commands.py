"""A program of this machine that fails is told in one line."""

import sys

import pytest

from dockwright.errors import DockwrightError
from dockwright.lab.commands import run


def test_a_failing_program_is_one_line_with_its_last_words() -> None:
    with pytest.raises(DockwrightError, match="status 3: one / two"):
        run(["/bin/sh", "-c", "echo one >&2; echo two >&2; exit 3"])
    with pytest.raises(DockwrightError, match="no such program"):
        run(["no-such-program-here"])
    with pytest.raises(DockwrightError, match="within 0 s"):
        run([sys.executable, "-c", "import time; time.sleep(5)"], timeout=0.2)
