"""Ports that are in use on a box, against those that jobs are to publish."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.group import group
from dockwright.boot.job import Job
from dockwright.boot.taken import Held, taken

EVERY = "0.0.0.0"  # noqa: S104 - what is bound is only compared


def jobs(publish: str, scale: int = 1, address: str | None = None) -> tuple[Job, ...]:
    line = f"web: docker run {publish} app"
    return group("app", line, "Procfile", scale={"web": scale}, address=address).jobs


def nginx(address: str | None, number: int, protocol: str = "tcp") -> Held:
    return Held(address, number, protocol, process="nginx", pid=812)


@pytest.mark.parametrize(
    ("publish", "held", "said"),
    [
        ("-p 80:80", nginx(EVERY, 80), "port 80: held by nginx (process 812)"),
        ("-p 80:80", nginx(None, 80), "port 80: held by nginx (process 812)"),
        ("-p 10.0.0.1:80:80", nginx("10.0.0.1", 80), "port 10.0.0.1:80: held by nginx (process 8"),
        ("-p 10.0.0.1:80:80", nginx(EVERY, 80), "port 10.0.0.1:80: held by nginx (process 812"),
        ("-p 0.0.0.0:80:80", nginx("127.0.0.1", 80), "port 0.0.0.0:80: held by nginx (process 812"),
        ("-p [::1]:80:80", nginx("::", 80), "port [::1]:80: held by nginx (process 812)"),
        ("-p 53:53/udp", nginx(EVERY, 53, "udp"), "port 53/udp: held by nginx (process 812)"),
        ("-p 8000-8009:8000-8009", nginx(None, 8005), "port 8005: held by nginx (process 812)"),
        ("-p 80:80", Held(EVERY, 80), "port 80: held by somebody"),
        ("-p 80:80", Held(None, 80, container="old"), "port 80: held by container old"),
        ("-p 80:80", Held(None, 80, container="app"), "port 80: held by container app"),
        ("-p 80:80", Held(None, 80, container="app-b.web.1"), "held by container app-b.web.1"),
    ],
)
def test_a_port_that_somebody_holds_is_told_with_who(publish: str, held: Held, said: str) -> None:
    [found] = taken(jobs(publish), [held])
    assert said in str(found)
    assert str(found).startswith("app.web.1: port ")


@pytest.mark.parametrize(
    ("publish", "held"),
    [
        ("-p 80:80", nginx(EVERY, 81)),
        ("-p 80:80", nginx(EVERY, 80, "udp")),
        ("-p 53:53/udp", nginx(EVERY, 53)),
        ("-p 10.0.0.1:80:80", nginx("10.0.0.2", 80)),
        ("-p 10.0.0.1:80:80", nginx("127.0.0.1", 80)),
        ("-p 10.0.0.1:80:80", nginx("::", 80)),
        ("-p 80", nginx(None, 80)),  # the engine's choice
        ("-p 8000-8009:80", nginx(None, 8005)),  # and so is this one, as long as one is free
        ("-p 80:80", Held(None, 80, container="app.web.1")),
        ("-p 80:80", Held(None, 80, container="app.old.2")),
    ],
)
def test_a_port_that_is_free_or_the_leafs_own_is_not(publish: str, held: Held) -> None:
    assert taken(jobs(publish), [held]) == ()


def test_a_range_for_the_engine_to_choose_from_is_taken_when_it_is_full() -> None:
    ranged = jobs("-p 8000-8001:80")
    assert taken(ranged, [nginx(None, 8000), nginx(EVERY, 8000)]) == ()
    assert len(taken(ranged, [nginx(None, 8000), nginx(None, 8001)])) == 1


def test_a_container_is_told_rather_than_the_process_that_holds_its_port() -> None:
    proxy = Held(EVERY, 80, process="docker-proxy", pid=9)
    [found] = taken(jobs("-p 80:80"), [proxy, Held(EVERY, 80, container="old")])
    assert found.held.holder == "container old"


def test_each_instance_has_its_own_and_the_leaf_of_a_holder_is_told() -> None:
    held = [Held(EVERY, 81, container="old-app.web.1")]
    [found] = taken(jobs("-p 80:80", scale=2, address="10.0.0.1"), held)
    assert (found.job.name, found.leaf) == ("app.web.2", "old-app")


ADDRESSES = st.sampled_from([None, EVERY, "::", "127.0.0.1", "10.0.0.1", "10.0.0.2", "::1"])


@given(ADDRESSES, ADDRESSES, st.integers(1, 4), st.integers(1, 4), st.sampled_from(["tcp", "udp"]))
def test_what_the_kernel_would_refuse_is_refused(
    mine: str | None, its: str | None, first: int, second: int, protocol: str
) -> None:
    shown = "" if mine is None else f"[{mine}]:" if ":" in mine else f"{mine}:"
    found = taken(jobs(f"-p {shown}{first}:80"), [nginx(its, second, protocol)])

    def covers(one: str | None) -> set[str]:
        every = {EVERY, "127.0.0.1", "10.0.0.1", "10.0.0.2"}, {"::", "::1"}
        if one is None:
            return every[0] | every[1]
        of_its_kind = every[ip_address(one).version == 6]
        return of_its_kind if ip_address(one).is_unspecified else {one}

    clash = first == second and protocol == "tcp" and bool(covers(mine) & covers(its))
    assert bool(found) == clash
