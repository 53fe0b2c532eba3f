"""A chain being built, drawn on a terminal."""

import io
import subprocess
import sys

import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host
from rich.console import Console

from dockwright.building.board import Board, _Above
from dockwright.building.progress import Progress, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _box() -> Host:
    box: Host = State(Inventory((["box"], {})), Config()).inventory.get_host("box")
    box.print_prefix_padding = ""
    return box


def test_a_board_has_a_line_for_each_image_at_work() -> None:
    board = Board(_box())
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


def test_one_board_is_drawn_at_a_time_and_on_terminals_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress(_box()) as first, progress(_box()) as second:
        assert (type(first), type(second)) == (Board, Progress)
    assert sys.stderr is terminal
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress(_box()) as plain:
        assert type(plain) is Progress


def test_a_run_that_draws_none_does_not_wait_for_what_draws_it() -> None:
    script = "import sys, dockwright.deploys; print('rich' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
