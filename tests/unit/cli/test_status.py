"""`dockwright status`: what it is told, what it prints, and its exit status."""

import json
from pathlib import Path

import gevent
import pytest
from click.testing import CliRunner, Result

from dockwright.cli import dockwright
from dockwright.picture.page import Drawn
from dockwright.run.status import look as room
from dockwright.run.status import pictures
from dockwright.status.rows import BoxRow, Remark, Severity, Site


class _Run:
    """The command, run on a site of one box that is as it is told; ``asked`` for what."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, severity: Severity = "well") -> None:
        self.asked: list[tuple[object, ...]] = []
        found = () if severity == "well" else (Remark(severity, "is so"),)
        site = Site("2026-11-30T07:00:00Z", (BoxRow("app1", severity, found),))

        def looked(*given: object) -> Site:
            self.asked.append(given)
            return site

        monkeypatch.setattr(room, "status", looked)

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(dockwright, ["status", *words], standalone_mode=False)


@pytest.mark.parametrize(("severity", "code"), [("well", 0), ("due", 2), ("silent", 1)])
def test_the_exit_status_is_the_sites(
    monkeypatch: pytest.MonkeyPatch, severity: Severity, code: int
) -> None:
    done = _Run(monkeypatch, severity)("inv.py")
    assert done.return_value == code, done.exception


def test_words_are_the_inventory_and_which_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    run = _Run(monkeypatch)
    run("-i", "inv.py", "--limit", "a", "--skip", "b", "--plan")
    run("inv.py")
    assert run.asked == [
        ("inv.py", ("a",), ("b",), Path("deploy/site.py"), None),
        ("inv.py", (), (), None, None),
    ]
    assert "name one inventory" in str(run("inv.py", "-i", "other.py").exception)


def test_json_goes_to_standard_output_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    done = _Run(monkeypatch, "due")("inv.py", "--json")
    assert json.loads(done.output)["boxes"][0]["remarks"][0]["text"] == "is so"


def _interrupting(monkeypatch: pytest.MonkeyPatch, after: int) -> list[float]:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == after:
            raise KeyboardInterrupt

    monkeypatch.setattr(gevent, "sleep", sleep)
    return slept


def test_watching_looks_again_until_it_is_interrupted_and_ends_as_the_last_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept = _interrupting(monkeypatch, 2)
    run = _Run(monkeypatch, "due")
    done = run("inv.py", "--watch", "5")
    assert (done.return_value, slept, len(run.asked)) == (2, [5.0, 5.0], 2)
    assert done.output.count("~ box app1: is so") == 2
    assert "\x1b" not in done.output  # not at a terminal


def test_for_programs_each_look_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    _interrupting(monkeypatch, 3)
    done = _Run(monkeypatch)("inv.py", "--watch", "5", "--json")
    assert [json.loads(line)["code"] for line in done.output.splitlines()] == [0, 0, 0]


def test_metrics_are_written_at_each_look_and_the_file_is_tried_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run, file = _Run(monkeypatch, "due"), tmp_path / "site.prom"
    assert run("inv.py", "--prometheus", str(file)).return_value == 2
    assert "dockwright_status_code 2\n" in file.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["site.prom"]
    asked = len(run.asked)
    done = run("inv.py", "--prometheus", str(tmp_path / "none" / "site.prom"))
    assert "No such file or directory" in str(done.exception)
    assert len(run.asked) == asked


def test_a_page_is_written_with_the_pictures_there_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pictures, "pictures_of", lambda inventory, skip: [inventory])
    monkeypatch.setattr(
        pictures, "drawn", lambda of: [Drawn(one, f"<svg>{one}</svg>") for one in of]
    )
    file = tmp_path / "site.html"
    done = _Run(monkeypatch, "due")("inv.py", "--html", str(file))
    assert (done.return_value, done.output.count("~ box app1: is so")) == (2, 1)
    assert "<svg>inv.py</svg>" in file.read_text()
    assert "app1: is so</li>" in file.read_text()
