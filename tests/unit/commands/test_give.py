"""Files that go over to another owner: all of the former one's, and nobody else's."""

import os
import subprocess
from pathlib import Path

import pytest

from dockwright.commands.give import give

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
FORMER, NEW, OTHER = 998, 60801, 1000


def run(folder: Path, *former: str) -> None:
    script = give(str(folder), f"{NEW}:{NEW}", former)
    subprocess.run(["sh", "-c", script.text, "sh", *script.args], check=True, capture_output=True)


def owners(folder: Path) -> dict[str, tuple[int, int]]:
    found = {".": folder, **{str(path.relative_to(folder)): path for path in folder.rglob("*")}}
    return {name: (path.lstat().st_uid, path.lstat().st_gid) for name, path in found.items()}


def test_each_former_owner_is_said_once() -> None:
    said = give("/srv/app", "5:5", ["1:1", "2:1", "1:1"])
    assert said.args == ("/srv/app", "5:5", "1:1", "2:1")
    assert str(said.what) == "give the files in /srv/app to 5:5"


@needs_root
def test_what_is_of_others_stays_theirs_and_no_link_is_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "-data", tmp_path / "outside"
    (folder / "deep/er").mkdir(parents=True)
    for name in ("own", "deep/er/own", "theirs", "group only", "-option"):
        (folder / name).write_text("x")
    outside.write_text("x")
    (folder / "link").symlink_to(outside)
    for path in (folder, outside, *folder.rglob("*")):
        os.chown(path, FORMER, FORMER, follow_symlinks=False)
    os.chown(folder / "theirs", OTHER, OTHER)
    os.chown(folder / "group only", OTHER, FORMER)
    run(folder, f"{FORMER}:{FORMER}")
    new = (NEW, NEW)
    assert owners(folder) == {
        **dict.fromkeys((".", "own", "deep", "deep/er", "deep/er/own", "-option", "link"), new),
        "theirs": (OTHER, OTHER),
        "group only": (OTHER, NEW),
    }
    assert (outside.stat().st_uid, outside.stat().st_gid) == (FORMER, FORMER)


@needs_root
def test_one_that_was_interrupted_is_gone_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, owner in (("done", NEW), ("not yet", FORMER)):
        (folder / name).write_text("x")
        os.chown(folder / name, owner, owner)
    os.chown(folder, FORMER, FORMER)
    for _ in range(2):
        run(folder, f"{FORMER}:{FORMER}")
        assert set(owners(folder).values()) == {(NEW, NEW)}
