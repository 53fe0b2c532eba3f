"""Wheels fetched by pip itself, from an index of small wheels in a folder."""

import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from dockwright.errors import DockwrightError
from dockwright.wheelhouse import fetch as fetching
from dockwright.wheelhouse.fetch import OF_PYINFRA, REQUIREMENTS, fetch
from dockwright.wheelhouse.target import Target
from tests.unit.wheelhouse.wheels import put

ROOT = Path(__file__).resolve().parents[3]
NEWEST, OLDEST = Target("3.13"), Target("3.11")


def versions() -> dict[str, str]:
    """What Dockwright requires, in the versions that constraints.txt gives."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = dict(
        line.lower().partition("#")[0].strip().split("==") for line in lines if line[0] != "#"
    )
    wanted = [Requirement(line) for line in requires("dockwright") or () if "extra" not in line]
    return {one.name: pinned[one.name] for one in wanted}


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one place where pip looks: what Dockwright requires, and what pyinfra requires there."""
    folder = tmp_path / "index"
    for name, version in versions().items():
        needs = ()
        if name == "pyinfra":
            needs = ("new; python_version >= '3.13'", "old; python_version < '3.12'", "both>=1")
        put(folder, name, version, *needs)
    for name in ("old", "both"):
        put(folder, name)
    put(folder, "new", tag="cp313-cp313-manylinux_2_28_x86_64")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    # those wheels are none that anybody has a hash of
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("".join(f"{name}=={its}\n" for name, its in versions().items()))
    monkeypatch.setattr(fetching, "CONSTRAINTS", constraints)
    return folder


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.iterdir()}


def test_all_that_each_python_needs_is_fetched_once(index: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made/wheelhouse"
    new = fetch(folder, [NEWEST, OLDEST], echo=lambda _: None)
    names = {name.split("-")[0] for name in new}
    assert names == {
        *(name.replace("-", "_") for name in versions()),
        "both",
        "new",
        "old",
        "dockwright",
    }
    before = state(folder)
    assert sorted(before) == sorted([*new, OF_PYINFRA, REQUIREMENTS])
    for wheel in index.iterdir():
        wheel.unlink()
    said: list[str] = []
    assert fetch(folder, [NEWEST, OLDEST], echo=said.append) == []
    assert said == []
    assert state(folder) == before


def test_dockwrights_own_wheel_is_the_checkouts(index: Path, tmp_path: Path) -> None:
    folder = tmp_path / "wheelhouse"
    fetch(folder, [NEWEST], echo=lambda _: None)
    [wheel] = folder.glob("dockwright-*.whl")
    with ZipFile(wheel) as file:
        assert file.read("dockwright/errors.py") == (ROOT / "dockwright/errors.py").read_bytes()


def test_another_version_gives_way_and_other_peoples_wheels_stay(
    index: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "wheelhouse"
    put(folder, "pyinfra", "99.0")
    theirs = put(folder, "theirs")
    fetch(folder, [NEWEST], echo=lambda _: None)
    assert [path.name for path in folder.glob("pyinfra-*")] == [
        f"pyinfra-{versions()['pyinfra']}-py3-none-any.whl"
    ]
    assert theirs.exists()


def test_half_a_wheel_is_fetched_again(index: Path, tmp_path: Path) -> None:
    folder = tmp_path / "wheelhouse"
    fetch(folder, [NEWEST], echo=lambda _: None)
    before = {name: content for name, (_, content) in state(folder).items()}
    [half] = folder.glob("both-*.whl")
    half.write_bytes(half.read_bytes()[:60])
    assert fetch(folder, [NEWEST], echo=lambda _: None) == [half.name]
    assert {name: content for name, (_, content) in state(folder).items()} == before


def test_a_wheel_that_the_index_lacks_is_named_and_nothing_is_left(
    index: Path, tmp_path: Path
) -> None:
    (index / "both-1.0-py3-none-any.whl").unlink()
    folder = tmp_path / "wheelhouse"
    with pytest.raises(DockwrightError, match=r"^wheels for Python 3\.13: ERROR: .*\bboth\b") as it:
        fetch(folder, [NEWEST], echo=lambda _: None)
    assert "\n" not in str(it.value)
    assert list(folder.iterdir()) == []


def test_without_an_index_in_reach_one_line_says_so(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(DockwrightError) as it:
        fetch(tmp_path / "wheelhouse", [NEWEST], echo=lambda _: None)
    assert re.fullmatch(
        r"wheels for Python 3\.13: no package index in reach; `.* config list` shows where .*",
        str(it.value),
    )


@pytest.mark.parametrize("module", ["pip", "hatchling"])
def test_what_is_not_installed_is_named(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DockwrightError, match=rf"^{module}: not in .*; "):
        fetch(tmp_path / "wheelhouse", [NEWEST], echo=lambda _: None)


@pytest.mark.parametrize("python", ["3", "2.7", "3.10", "3.11.2", "x"])
def test_a_python_that_is_none_is_refused(python: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("dockwright"), "wheelhouse", tmp_path, "--python", python],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: Python {python}: not a version that Dockwright runs on")
