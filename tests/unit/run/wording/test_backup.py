"""What a person reads of a backup."""

from dockwright.backup.parts import Part
from dockwright.backup.snapshots import Summary
from dockwright.run.wording.backup import backed_line

PART = Part("app1", "wiki", ("w",), "wiki")


def test_what_was_not_held_is_not_said_to_be() -> None:
    line = backed_line(PART, Summary("0a1b2c3d4e", 1, 9, 9), None)
    assert line == "app1/wiki: 1 file, 9 B, 9 B of it new; snapshot 0a1b2c3d"


def test_where_there_was_nothing_that_is_said() -> None:
    assert backed_line(PART, Summary("", 0, 0, 0), None) == "app1/wiki: nothing there"
