"""What a leaf had before a switch, kept on its box: the script run by a real shell."""

import subprocess
from pathlib import Path

import pytest

from dockwright.switching.kept import forget, keep, pending, versions


def test_each_leaf_has_places_of_its_own() -> None:
    places = [{pending(leaf), *versions(leaf)} for leaf in ("app", "app-2", "app-worker")]
    assert sum(map(len, places)) == len(set.union(*places)) == 12


def test_what_is_kept_goes_with_the_leaf_and_nothing_else() -> None:
    words = forget("app").get_raw_value().split()
    assert words[:2] == ["rm", "-rf"]
    assert set(words[2:]) == {pending("app"), *versions("app")}


def _kept(folder: Path, *paths: Path, works: bool) -> list[str]:
    there = folder / "app.pending"
    script = keep("app", [str(path) for path in paths], works=works)
    place, *words = script.args
    assert place == pending("app")
    subprocess.run(
        ["sh", "-c", script.text, "sh", str(there), *words], check=True, capture_output=True,
        timeout=30,
    )  # fmt: skip
    return sorted(str(path.relative_to(there)) for path in there.rglob("*") if path.is_file())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "etc/it's a unit"
    made.parent.mkdir()
    made.write_text("one")
    made.chmod(0o600)
    return made


def test_files_are_kept_as_they_lay_with_their_modes(tmp_path: Path, file: Path) -> None:
    [path] = _kept(tmp_path, file, works=True)
    assert path == str(file).lstrip("/")
    copy = tmp_path / "app.pending" / path
    assert (copy.read_text(), copy.stat().st_mode & 0o777) == ("one", 0o600)


def test_what_an_interrupted_switch_kept_stays_unless_the_leaf_works(
    tmp_path: Path, file: Path
) -> None:
    _kept(tmp_path, file, works=True)
    file.write_text("half of a switch")
    [path] = _kept(tmp_path, file, works=False)
    assert (tmp_path / "app.pending" / path).read_text() == "one"
    [path] = _kept(tmp_path, file, works=True)
    assert (tmp_path / "app.pending" / path).read_text() == "half of a switch"
