"""What commands tell of themselves, without being run."""

from collections.abc import Iterator

from pyinfra.api import StringCommand

from dockwright.commands.script import Script
from dockwright.commands.told import WholeFile, Words, told_of
from dockwright.commands.write import Write


def test_a_command_of_ours_tells_what_it_would_do() -> None:
    assert list(told_of(Write("/etc/x", "text\n", mode=0o640, owner="0:7"))) == [
        WholeFile("/etc/x", "text\n", 0o640, "0:7")
    ]
    assert list(told_of(Script("clean up", "rm -rf /tmp/x"))) == [Words("clean up")]


def test_one_that_tells_nothing_is_shown_as_it_calls_itself() -> None:
    class Odd(StringCommand):
        def __repr__(self) -> str:
            return "an odd command"

    assert list(told_of(Odd("true"))) == [Words("an odd command", "command")]


def test_it_is_told_only_as_far_as_somebody_listens() -> None:
    class Endless(StringCommand):
        def told(self) -> Iterator[Words]:
            while True:
                yield Words("again", "reason")

    assert next(told_of(Endless("x"))) == Words("again", "reason")
