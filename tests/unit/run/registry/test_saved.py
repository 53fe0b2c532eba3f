"""What an engine saves as a file of this machine: how much it may be, and that it goes."""

from collections.abc import Callable
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from dockwright.errors import BoxError, DockwrightError
from dockwright.run.registry import saved as room
from dockwright.run.registry.saved import check_room, saved, size_on

Pieces = Callable[[], Any]


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A box whose engine has an image of 9 bytes, and gives ``pieces`` of it."""
    box: Any = type("Box", (), {"name": "web1", "pieces": [b"abc", b"def"]})()

    class Engine:
        def inspect_image(self, image: str) -> dict[str, Any]:
            assert image == "sha256:1"
            return {"Size": 9}

        def get_image(self, image: str, most: int) -> Any:
            assert image == "sha256:1"
            yield from box.pieces

    monkeypatch.setattr(room, "client", lambda _: Engine())
    monkeypatch.setattr(room, "worker", lambda _: Engine())
    monkeypatch.setattr(room, "talking", lambda _: nullcontext())
    return box


def test_it_is_a_file_for_as_long_as_it_is_used(host: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "EVERY", 0.0)
    said: list[str] = []
    assert size_on(host, "sha256:1") == 9
    with saved(host, "sha256:1", said.append) as file:
        assert file.read_bytes() == b"abcdef"
        # nobody else of this machine reads it
        assert file.parent.stat().st_mode & 0o077 == 0
    assert not file.parent.exists()
    assert said == ["3 B from box web1", "6 B from box web1"]


def test_a_box_that_gives_more_than_the_image_can_have_is_let_go(
    host: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(room.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(room, "_SLACK", 0)
    taken = count()
    host.pieces = (b"x" * 10 for _ in taken)
    with (
        pytest.raises(BoxError, match="box web1: its engine gives more than 36 B of one image"),
        saved(host, "sha256:1", print),
    ):
        pass
    assert [*tmp_path.iterdir()] == []
    assert next(taken) == 4


def test_what_breaks_where_no_room_is_left_says_so(
    host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        yield b"abc"
        raise BoxError("box web1: its engine does not answer")

    usage = type("Usage", (), {"free": 99})
    host.pieces = broken()
    with pytest.raises(BoxError, match="does not answer"), saved(host, "sha256:1", print):
        pass
    host.pieces = broken()
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: usage)
    with (
        pytest.raises(DockwrightError, match="99 B are free, and an image of box web1 did not fit"),
        saved(host, "sha256:1", print),
    ):
        pass


def test_the_room_is_looked_at_before_anything_begins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage: Any = type("Usage", (), {"free": 900 << 20})
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: usage)
    said = check_room([100 << 20, 300 << 20], tmp_path)
    assert said.startswith(f"400 MiB pass through {tmp_path} of this machine")
    assert "up to 856 MiB at a time, of 900 MiB that are free" in said
    with pytest.raises(DockwrightError, match=r"takes up to .*; free some, or name .* in TMPDIR"):
        check_room([400 << 20], tmp_path)
