"""A place that all boxes reach: it says so, and changes nothing."""

import logging

import pytest
from pyinfra.context import ctx_host, ctx_state

from dockwright.operations.barrier import barrier
from tests.unit.box.boxes import local


def test_it_yields_no_command_and_says_why(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pyinfra")
    with local() as host, ctx_state.use(host.state), ctx_host.use(host):
        host.state.print_noop_info = True
        assert list(barrier._inner()) == []
    assert "all boxes are here" in caplog.text
