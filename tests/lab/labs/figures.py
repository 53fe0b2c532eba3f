"""What the lab's tests measured, told at the end of the run, whether they passed or not.

A line goes with the report of the test that was running, and so from a worker to the terminal.
"""

import pytest

_told: list[str] = []
_PROPERTY = "figure"


def figure(text: str) -> None:
    """Note a line for the end of the run."""
    _told.append(text)


def put_into(report: pytest.TestReport) -> None:
    """Let ``report`` have the lines that were noted since the one before it."""
    report.user_properties += [(_PROPERTY, line) for line in _told]
    _told.clear()


def of(reports: list[pytest.TestReport]) -> list[str]:
    """The lines of ``reports``, those of a file together, in the order they came in."""
    found: dict[str, list[str]] = {}
    for report in reports:
        lines = [str(line) for name, line in report.user_properties if name == _PROPERTY]
        found.setdefault(report.location[0], []).extend(lines)
    return [line for lines in found.values() for line in lines]
