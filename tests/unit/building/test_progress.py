"""What a person sees of a chain being built."""

import io

from pyinfra.api import Config, Inventory, State
from rich.console import Console

from dockwright.building.progress import Board, ImageOutcome, _Above, table


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_table_tells_what_became_of_each_image_and_the_critical_path() -> None:
    outcomes = [
        ImageOutcome("base", "pulled", "absent, and the registry has it", 1.25, 164_000_000),
        ImageOutcome("ruby", "built", "Dockerfile changed", 10.0, 1_200_000_000),
        ImageOutcome("web", "failed", "parent ruby rebuilt", 2.0),
        ImageOutcome("shop", "not built", "web failed"),
    ]
    assert table(outcomes, ["ruby", "web"], 13.5) == [
        "image  action     reason                             time     size",
        "base   pulled     absent, and the registry has it   1.2 s   164 MB",
        "ruby   built      Dockerfile changed               10.0 s  1200 MB",
        "web    failed     parent ruby rebuilt               2.0 s",
        "shop   not built  web failed",
        "13.5 s in all; critical path 12.0 s: ruby > web; one after the other 13.2 s",
    ]
    assert table(outcomes[:1], [], 1.3)[-1].startswith("base ")


def test_a_board_has_a_line_for_each_image_at_work() -> None:
    box = State(Inventory((["box"], {})), Config()).inventory.get_host("box")
    box.print_prefix_padding = ""
    board = Board(box)
    board.begin("nginx", "absent")
    board.begin("ruby", "absent")
    board.step("ruby", 2, 3, "RUN install-packages [ruby] ruby-dev")
    board.began["ruby"] -= 12
    console = Console(file=io.StringIO(), width=100)
    console.print(board)
    assert [line.split() for line in console.file.getvalue().splitlines()] == [  # type: ignore[attr-defined]
        ["nginx", "0", "s", "absent"],
        ["ruby", "2/3", "12", "s", "RUN", "install-packages", "[ruby]", "ruby-dev"],
    ]
    outcome = board.done("ruby", "built", "absent", 582_000_000)
    assert (outcome.image, outcome.size) == ("ruby", 582_000_000)
    assert outcome.seconds > 12
    console = Console(file=io.StringIO(), width=100)
    console.print(board)
    assert "ruby" not in console.file.getvalue()  # type: ignore[attr-defined]


def test_whole_lines_go_above_the_board_and_pyinfras_spinner_nowhere() -> None:
    shown = Terminal()
    above = _Above(Console(file=shown, width=80, force_terminal=True), shown)
    for text in ("one\ntw", "o\n", "    - {docker}\r", "\033[K", "three [red]\n"):
        above.write(text)
        above.flush()
    assert shown.getvalue().splitlines() == ["one", "two", "three [red]"]
    assert above.isatty()
