"""`dockwright vagrant` by both of its words."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dockwright.cli import dockwright
from dockwright.errors import DockwrightError


def test_the_word_of_before_goes_on_working_and_is_not_shown() -> None:
    by_both = [
        CliRunner().invoke(dockwright, [word, "build", "--help"]) for word in ("vagrant", "boxes")
    ]
    assert [done.exit_code for done in by_both] == [0, 0]
    assert "packag" in by_both[0].output
    assert by_both[0].output.partition("\n\n")[2] == by_both[1].output.partition("\n\n")[2]
    shown = CliRunner().invoke(dockwright, ["--help"]).output
    assert "  vagrant " in shown
    assert "  boxes " not in shown


def test_a_suite_that_is_none_is_refused_with_those_that_are() -> None:
    done = CliRunner().invoke(dockwright, ["vagrant", "stock", "woody"])
    assert done.exit_code != 0
    assert "'bookworm', 'trixie', 'forky'" in done.output


@pytest.mark.parametrize(
    ("name", "version", "why"),
    [
        ("docker", "1.0", "--name docker: no name of a box"),
        ("site/docker", "newest", "--version newest: no version"),
        ("site/docker", "1.0", "none.box: no such file"),
    ],
)
def test_what_cannot_be_published_is_refused_before_any_box_is_asked(
    tmp_path: Path, name: str, version: str, why: str
) -> None:
    command = ["vagrant", "publish", str(tmp_path / "none.box")]
    done = CliRunner().invoke(dockwright, [*command, "--name", name, "--version", version])
    assert isinstance(done.exception, DockwrightError)
    assert why in str(done.exception)
