"""Ports that a leaf is to publish and somebody has: told before anything stops, on this machine."""

import os
import socket
from collections.abc import Iterator

import pytest
from pyinfra.context import ctx_host, ctx_state

from dockwright.boot.group import group
from dockwright.boot.job import Job
from dockwright.commands.declare import Commands, operation
from dockwright.errors import NotReady
from dockwright.facts.boot import Boot, Container
from dockwright.operations.boot.ports import InUse, end_of, in_use, sharing, switch_of
from tests.unit.box.boxes import local


def _jobs(line: str) -> tuple[Job, ...]:
    return group("app", f"web: docker run {line} app", "Procfile").jobs


@pytest.fixture
def here() -> Iterator[None]:
    with local() as host, ctx_state.use(host.state), ctx_host.use(host):
        yield


def _asked(jobs: tuple[Job, ...]) -> InUse:
    found: list[InUse] = []

    @operation()
    def job() -> Commands:
        found.append(in_use(jobs, "images/app/Procfile", [], None))
        yield from ()

    refused = list(job._inner())
    if refused:
        raise NotReady(refused[0].message)
    return found[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone sees whose a port is")
def test_a_port_that_a_process_holds_is_told_with_the_way_out(here: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(NotReady, match=rf"{port}.*; stop that, or publish another port"):
            _asked(_jobs(f"-p {port}:80"))
    assert _asked(_jobs(f"-p {port}:80")).leaving == frozenset()


def test_a_leaf_without_ports_asks_nothing(here: None) -> None:
    assert in_use(_jobs(""), "Procfile", [], None) == InUse((), frozenset())


ON_BOX = Boot(
    containers={
        "old.web.1": Container("sha256:1", True, data=("data",)),
        "stays.web.1": Container("sha256:1", True, data=("data",)),
        "theirs": Container("sha256:1", True, data=("data",)),
    }
)


def test_who_goes_and_has_data_of_a_job_is_known() -> None:
    jobs = _jobs("-v data:/data")
    ours = ["old", "stays"]
    assert sharing(jobs, ON_BOX, ours, ["stays"]) == {"app.web.1": frozenset({"old.web.1"})}
    assert sharing(jobs, ON_BOX, ours, None) == {}
    assert sharing(_jobs("-v other:/data"), ON_BOX, ours, []) == {}


def test_a_switch_and_an_end_of_a_leaf_are_two_things() -> None:
    assert len({switch_of("a"), end_of("a"), switch_of("b"), end_of("b")}) == 4
