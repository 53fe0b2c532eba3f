"""`dockwright rollback`: its words on their way."""

from typing import Any

import pytest
from click.testing import CliRunner

from dockwright.cli import dockwright
from dockwright.errors import DockwrightError
from dockwright.run import rollback as room


def test_boxes_digest_and_who_is_left_out_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(room, "roll_back", lambda *words, **how: asked.append((words, how)))
    words = ["rollback", "web", "--box", "a", "--box", "b", "--to", "d951c6", "--skip", "c", "-i",
             "x.py"]  # fmt: skip
    assert CliRunner().invoke(dockwright, words, standalone_mode=False).exception is None
    [(given, how)] = asked
    assert given == ("web", ("a", "b"), "x.py")
    assert (how["to"], how["skip"]) == ("d951c6", ("c",))


@pytest.mark.parametrize("to", ["", "d951", "latest", "sha256:", "D951C6E1", "web@sha256:12"])
def test_what_is_no_digest_is_told_before_any_inventory_is_looked_for(to: str) -> None:
    done = CliRunner().invoke(
        dockwright, ["rollback", "web", "--to", to, "-i", "gone.py"], standalone_mode=False
    )
    assert isinstance(done.exception, DockwrightError)
    assert f"--to {to}: no digest; give 6 or more of its hex digits" in str(done.exception)
