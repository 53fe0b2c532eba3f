"""What a leaf said is told once, with how often."""

from dockwright.switching.said import folded


def test_lines_that_came_again_are_said_once_with_how_often() -> None:
    counted = ["      1   7 dwarfs", "     17 no database\r", "1000000 x", "      2 "]
    assert list(folded(counted)) == [
        "  7 dwarfs", "no database (17 times)", "x (1000000 times)", " (2 times)",
    ]  # fmt: skip
