"""Amounts as docker run takes them."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.service.amounts import in_bytes, nano_cpus, nanoseconds, number


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("10", 10),
        ("1k", 1024),
        ("1.5g", 1610612736),
        ("64MiB", 67108864),
        ("2 GB", 2**31),
    ],
)
def test_bytes(text: str, amount: int) -> None:
    assert in_bytes(text, "P:1") == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", 0), ("500ms", 5 * 10**8), ("1m30s", 9 * 10**10), ("1.5s", 15 * 10**8)],
)
def test_durations(text: str, amount: int) -> None:
    assert nanoseconds(text, "P:1") == amount


def test_processors_and_numbers() -> None:
    assert (nano_cpus("0.1", "P:1"), number("-1", "P:1")) == (10**8, -1)


@pytest.mark.parametrize("text", ["", "m", "1x", "-1", "1 2"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    for read in (in_bytes, nanoseconds, nano_cpus):
        with pytest.raises(DockwrightError, match=r"^P:1: "):
            read(text, "P:1")
    with pytest.raises(DockwrightError):
        number("1.5", "P:1")
