"""The file of foreseen questions: the user's own, whole or not there; nothing of it is an error."""

import os
import stat
from pathlib import Path

import pytest

from dockwright.box.foreseen import file as module
from dockwright.box.foreseen.file import keep, load, path_of
from dockwright.box.foreseen.known import Known

KEY = ["/site", "deploy/site.py", "docker", "0.1.0"]
OF = {"prepare": (Known("dockwright.facts.a:A", "{}"),)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = path_of(Path("/site"), "deploy/site.py", "docker", {"XDG_CACHE_HOME": f"{tmp_path}/c"})
    assert made is not None
    return made


def test_it_is_kept_for_the_user_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        keep(path, KEY, OF)  # type: ignore[arg-type]
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert load(path, KEY) == OF


def test_each_box_deploy_and_site_has_one_of_its_own() -> None:
    its = {"XDG_CACHE_HOME": "/c"}
    made = {
        path_of(Path(site), deploy, box, its)
        for site in ("/a", "/b") for deploy in ("x.py", "y.py") for box in ("web", "../web")
    }  # fmt: skip
    assert len(made) == 8
    assert {one and one.parent for one in made} == {Path("/c/dockwright/foreseen")}


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"HOME": "/home/ann"}, "/home/ann/.cache/dockwright/foreseen"),
        ({"HOME": "/home/ann", "XDG_CACHE_HOME": "rel"}, "/home/ann/.cache/dockwright/foreseen"),
        ({"HOME": "", "XDG_CACHE_HOME": ""}, None),
        ({}, None),
    ],
)
def test_where_it_is(environment: dict[str, str], folder: str | None) -> None:
    made = path_of(Path("/site"), "deploy/site.py", "docker", environment)
    assert (made and str(made.parent)) == folder


def test_what_others_could_have_written_is_nothing(path: Path, tmp_path: Path) -> None:
    keep(path, KEY, OF)  # type: ignore[arg-type]
    for mode in (0o620, 0o604, 0o640):
        path.chmod(mode)
        assert load(path, KEY) == {}, oct(mode)
    path.chmod(0o600)
    assert load(path, KEY) == OF
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert load(path, KEY) == {}


def test_whatever_is_in_its_place_is_no_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(path, KEY) == {}
    path.mkdir(parents=True)
    assert load(path, KEY) == {}
    keep(path, KEY, OF)  # type: ignore[arg-type]
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    path.rmdir()
    os.mkfifo(path, 0o600)
    assert load(path, KEY) == {}
    path.unlink()
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o600)
    assert load(path, KEY) == {}
    keep(path, KEY, OF)  # type: ignore[arg-type]
    assert load(path, KEY) == OF
    monkeypatch.setattr(module, "LONGEST", 10)
    assert load(path, KEY) == {}
    before = path.read_bytes()
    keep(path, KEY, {})
    assert path.read_bytes() == before


def test_a_folder_that_can_t_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep(tmp_path / "file/dockwright/x.json", KEY, OF)  # type: ignore[arg-type]
