"""What a touched file is, and that a run of ours is held to have built that and nothing else."""

import json
from pathlib import Path

import pytest

from tests.bench import build
from tests.bench.site import LAB, BenchError, Site


def said(success: int, error: int = 0) -> str:
    return json.dumps({"results": {"totals": {"success": success, "error": error}}})


def test_each_run_has_a_text_of_its_own_that_the_declared_one_begins(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    file = tmp_path / "web/page"
    file.write_text("text\n")
    touch = build._touch_here(tmp_path, "web/page")
    texts = []
    for number in range(3):
        touch(number)
        texts.append(file.read_text())
    assert texts == [f"text\n<!-- {number} -->\n" for number in range(3)]


def test_what_is_unchanged_is_not_touched(tmp_path: Path) -> None:
    site = Site(LAB.settings(tmp_path), tmp_path)
    build._touch_here(tmp_path, None)(1)
    build._touch_on_box(site, tmp_path, None, "docker")(1)
    assert list(tmp_path.iterdir()) == []


def test_ours_builds_what_was_touched_and_nothing_else() -> None:
    build._check(said(0), built=0)
    build._check(said(1), built=1)


@pytest.mark.parametrize(("success", "error", "built"), [(1, 0, 0), (0, 0, 1), (0, 1, 0)])
def test_all_else_is_told(success: int, error: int, built: int) -> None:
    with pytest.raises(BenchError, match=r"image\.chain"):
        build._check(said(success, error), built)
