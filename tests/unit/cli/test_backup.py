"""`dockwright backup`: names, and what is tried."""

import pytest
from click.testing import CliRunner

from dockwright.backup.parts import Part
from dockwright.cli import backup as module
from dockwright.run.backup.save import Backed


@pytest.mark.parametrize(
    ("line", "names"), [([], ()), (["wiki", "hub"], ("wiki", "hub")), (["of"], ())]
)
def test_what_is_no_command_are_names(
    line: list[str], names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(
        "dockwright.run.backup.save.back_up", lambda *args, **more: asked.append(args[0]) or []
    )
    done = CliRunner().invoke(module.backup, line)
    assert done.exit_code == 0, done.output
    assert asked == [names]


def test_a_box_without_an_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [Part("app1", name, ("x",)) for name in ("_secrets", "wiki")]
    made = [Backed(part, None, "box app1: no answer") for part in parts]
    monkeypatch.setattr("dockwright.run.backup.save.back_up", lambda *args, **more: made)
    done = CliRunner().invoke(module.backup, [], standalone_mode=False)
    assert (done.return_value, done.output.count("error: box app1: no answer")) == (1, 1)


def test_a_drill_is_a_command_of_it() -> None:
    done = CliRunner().invoke(module.backup, ["drill", "--help"])
    assert "throw-away boxes" in done.output
