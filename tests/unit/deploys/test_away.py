"""Under pyinfra's own command, boxes that are away are left out, once a run."""

import logging

import pytest
from pyinfra.api import Config, Inventory, State

from dockwright.box.absent import left_out
from dockwright.deploys.away import leave_out_away
from dockwright.errors import DockwrightError
from dockwright.site.away import KEY, WHY


def _run(**data: object) -> State:
    run = State(Inventory((["a", "b"], data)), Config())
    for host in run.inventory:
        run.activate_host(host)
    return run


def test_those_that_the_data_names_are_left_out_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "pyinfra")
    run = _run(**{KEY: ["b"]})
    for _ in range(3):  # each box's deploys ask
        leave_out_away(run)
    assert left_out(run) == {"b": WHY}
    assert [record.getMessage().count(WHY) for record in caplog.records] == [1]


def test_a_name_that_no_box_has_ends_the_run() -> None:
    with pytest.raises(DockwrightError, match="c: not in the inventory"):
        leave_out_away(_run(**{KEY: ["c"]}))
    run = _run()
    leave_out_away(run)
    assert left_out(run) == {}
