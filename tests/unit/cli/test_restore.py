"""`dockwright restore`."""

from click.testing import CliRunner

from dockwright.cli.restore import restore


def test_it_names_what_is_restored() -> None:
    done = CliRunner().invoke(restore, [])
    assert done.exit_code == 2 and "LEAF|BOX" in done.output
    done = CliRunner().invoke(restore, ["wiki", "--at", "yesterday"])
    assert "--at yesterday: no moment" in str(done.exception)
