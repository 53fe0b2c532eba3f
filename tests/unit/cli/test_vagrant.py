"""`dockwright vagrant` by both of its words."""

from click.testing import CliRunner

from dockwright.cli import dockwright


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
