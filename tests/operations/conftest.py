"""A real sh for all tests of a file, in which what is executed shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from shell import Shell


@pytest.fixture(scope="module")
def shell() -> Iterator[Shell]:
    with TemporaryDirectory() as folder:  # pytest's own are closed to other users
        yield Shell(Path(folder) / "box")
