"""What took how long in a run: noted with its box and its end, of each run by itself."""

import pytest
from pyinfra.api import Config, Inventory, State

from dockwright.box.bars import bar, bars_of, note_bar


def run() -> State:
    return State(Inventory((["web1", "web2"], {})), Config())


def test_a_block_is_noted_as_done_or_as_failed() -> None:
    state = run()
    one, other = state.inventory
    with bar(one, "pull", "zenweb"):
        pass
    with pytest.raises(ValueError, match="no"), bar(other, "push", "rails"):
        raise ValueError("no")
    noted = [(it.box, it.kind, it.what, it.outcome) for it in bars_of(state)]
    assert noted == [("web1", "pull", "zenweb", "done"), ("web2", "push", "rails", "failed")]
    assert all(it.end >= it.begin for it in bars_of(state))


def test_each_run_has_its_own() -> None:
    state, other = run(), run()
    note_bar(next(iter(state.inventory)), "image", "ruby", 0.0, "done")
    assert [it.what for it in bars_of(state)] == ["ruby"]
    assert bars_of(other) == []
