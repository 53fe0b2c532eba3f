"""The blobs of a registry's folder, read through by the script that its box runs."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dockwright.errors import BoxError
from dockwright.places import DATA
from dockwright.run.registry import contents as room
from dockwright.run.registry.contents import changed
from tests.unit.registry.kept.pushed import Pushed

BOX: Any = type("Box", (), {"name": "hub"})()


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pushed:
    def run(host: object, script: str, stdin: bytes, tell: Callable[[str], None]) -> int:
        text = script.replace(DATA, str(tmp_path)).replace("sleep 2", "sleep 0.1")
        done = subprocess.run(["sh", "-c", text], capture_output=True, text=True, check=False)
        for line in (done.stdout + done.stderr).splitlines():
            tell(line)
        return done.returncode

    monkeypatch.setattr(room, "run", run)
    return Pushed(tmp_path)


def test_what_is_another_than_its_digest_says_is_found(made: Pushed) -> None:
    assert changed(BOX) == {}
    digest = made.push("web", "latest", [1, 2])
    assert changed(BOX) == {}
    layer = [*made.kept().manifests[digest].blobs][1]
    (made.root / f"blobs/sha256/{layer[7:9]}/{layer[7:]}/data").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert changed(BOX) == {layer: empty}


def test_what_ends_before_all_is_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "run", lambda host, script, stdin, tell: 255)
    with pytest.raises(BoxError, match="box hub: its registry's data were not read through: ended"):
        changed(BOX)
