"""Which rows of a table every run tries: one of each kind; the others are of `script/test long`."""

import os
from collections.abc import Collection, Iterable
from typing import Any

import pytest
from _pytest.mark import ParameterSet

# whether this is `script/test long`, which has the others too
IS_LONG = bool(os.environ.get("DOCKWRIGHT_LONG"))


def rows(table: Iterable[Any], every: Collection[Any]) -> list[ParameterSet]:
    """The parameters of ``table``, a name or a tuple each; those not in ``every`` are marked.

    Example:
        >>> [bool(row.marks) for row in rows(["a sudo that hangs", "a shell"], ["a shell"])]
        [True, False]
    """
    listed = list(table)
    absent = [row for row in every if row not in listed]
    assert not absent, f"no such row: {absent}"
    return [
        pytest.param(
            *(row if isinstance(row, tuple) else (row,)),
            marks=() if row in every else pytest.mark.long,
        )
        for row in listed
    ]
