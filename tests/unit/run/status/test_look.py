"""A site whose boxes do not answer: a row each, with why, and no more than the time they have."""

import sys
import time
from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.run import plan as room
from dockwright.run.status import look
from dockwright.run.status.look import status

SITE = """
_boxes = [
    (name, {"ssh_hostname": "127.0.0.1", "ssh_port": 1, "dockwright_address": f"192.0.2.{number}"})
    for number, name in enumerate(["one", "two", "keeper"], 1)
]
docker_hosts = _boxes[:2]
registry_hosts = _boxes[2:]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "inventory.py").write_text(SITE)
    return "inventory.py"


def test_a_box_that_does_not_answer_is_a_row_that_says_why(site: str) -> None:
    began = time.monotonic()
    made = status(site)
    assert time.monotonic() - began < 20
    assert [(row.box, row.severity) for row in made.boxes] == [
        ("one", "silent"), ("two", "silent"), ("keeper", "silent"),
    ]  # fmt: skip
    assert made.boxes[0].remarks[0].text.startswith("connection refused (127.0.0.1:1)")
    [registry] = made.registries
    assert (registry.registry, registry.severity) == ("192.0.2.3:5000", "silent")
    assert (made.code, made.leaves, made.notes) == (1, (), ())


def test_who_is_left_out_is_not_asked_and_told(site: str) -> None:
    made = status(site, limit=["two"], skip=["one"])
    assert [(row.box, row.severity) for row in made.boxes] == [("two", "silent"), ("one", "absent")]
    with pytest.raises(DockwrightError, match="box tow: not in the inventory; did you mean two"):
        status(site, limit=["tow"])


def test_a_registry_whose_box_is_left_out_is_not_asked(site: str) -> None:
    [registry] = status(site, skip=["keeper"]).registries
    assert (registry.severity, registry.remarks[0].text) == (
        "absent", "its box was left out by --skip",
    )  # fmt: skip


def test_data_that_is_in_error_is_a_note(site: str) -> None:
    # under another name: pyinfra keeps what it has compiled
    Path("other.py").write_text(SITE + "_boxes[0][1]['dockwright_leafs'] = ['web']\n")
    made = status("other.py")
    [note] = made.notes
    assert note.startswith("the site's data: box one: dockwright_leafs: ")
    assert len(made.boxes) == 3


def test_a_plan_that_cannot_be_made_is_a_note(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DockwrightError("no box answers")

    assert look.plan is room.plan
    monkeypatch.setattr(look, "plan", refuse)
    made = status(site, deploy=Path("site.py"))
    assert made.notes == ("site.py: not planned: no box answers",)
