"""What became of a collection, as `status` reads it."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dockwright.facts.figures import tended
from dockwright.run.registry import noted as room
from dockwright.run.registry.noted import note

HOST: Any = None


def test_the_last_one_is_what_its_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "verified"
    monkeypatch.setattr(room, "_FILES", {"verified": str(file)})

    def run(host: object, script: str, stdin: bytes, tell: Callable[[str], None]) -> int:
        line = script.replace("/var/lib/dockwright", str(tmp_path))
        return subprocess.run(["sh", "-c", line], check=True).returncode

    monkeypatch.setattr(room, "run", run)
    for number in (3, 0):
        note(HOST, "verified", number)
        made = tended(file.read_text().rstrip("\n"))
        assert made is not None
        assert (made.number, made.at > 1_600_000_000, made.why) == (number, True, "")
    assert [one.name for one in tmp_path.iterdir()] == ["verified"]
