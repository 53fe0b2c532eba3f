"""Instances of a process: how many, and their ports apart."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.boot.procfile import Process
from dockwright.boot.run_line import read
from dockwright.boot.scale import counts, instance_ports, moved
from dockwright.errors import DockwrightError


def make(line: str, leaf: str = "zenweb", **options: Any) -> Group:
    return group(leaf, line, "Procfile", **options)


def ports(made: Group) -> list[list[str]]:
    return [[str(port) for port in job.ports] for job in made.jobs]


@pytest.mark.parametrize(
    ("options", "scale", "expected"),
    [
        ("-p 80:80", 2, [["80:80"], ["81:80"]]),
        ("-p 80 -p 9-10:9-10/udp", 2, [["80", "9-10:9-10/udp"], ["80", "11-12:9-10/udp"]]),
        ("-p $PORT:80", 3, [["5000:80"], ["5001:80"], ["5002:80"]]),
        ("-p 8000-8001:80", 2, [["8000-8001:80"], ["8000-8001:80"]]),
        ("-p 8000-8001:80", 3, [[f"{p}-{p + 1}:80"] for p in (8000, 8002, 8004)]),
        ("-p 80:80", 0, []),
    ],
)
def test_instances_get_ports_apart(options: str, scale: int, expected: list[list[str]]) -> None:
    made = make(f"web: docker run {options} zenweb", scale={"web": scale})
    assert ports(made) == expected
    assert [job.number for job in made.jobs] == list(range(1, scale + 1))


@pytest.mark.parametrize("name", ["release", "clean"])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_what_ends_takes_no_scale(name: str, count: int) -> None:
    text = "web: docker run app\nrelease: docker run app\nclean: @daily docker run app\n"
    with pytest.raises(DockwrightError, match=f"scale {name}={count}: it runs to its end"):
        group("app", text, "Procfile", scale={name: count})


def test_instances_lie_apart_on_each_address() -> None:
    made = group("app", "web: docker run -p 80:80 app", "Procfile", scale={"web": 2},
                 address=["192.0.2.1", "::1"])  # fmt: skip
    assert [str(port) for job in made.jobs for port in job.ports] == [
        "192.0.2.1:80:80", "[::1]:80:80", "192.0.2.1:81:80", "[::1]:81:80",
    ]  # fmt: skip


WEB = Process("web", "docker run a", 1)


def test_a_process_has_one_instance_unless_it_is_told() -> None:

    api = Process("api", "docker run a", 2)
    assert counts({"api": 0}, [WEB, api], "Procfile") == {"web": 1, "api": 0}


@pytest.mark.parametrize("count", [-1, True, 1.0, "2", None])
def test_what_is_no_count_is_refused(count: Any) -> None:
    with pytest.raises(DockwrightError, match=rf"^P: scale web={count}: not a count; use 0 or"):
        counts({"web": count}, [WEB], "P")


def test_a_process_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(DockwrightError, match=r"^P: scale wbe=1: no such process; has web, api$"):
        counts({"wbe": 1}, [WEB, Process("api", "docker run a", 2)], "P")


def test_a_port_of_the_host_moves_where_its_line_gives_no_address() -> None:
    run = read("docker run -p 80:80 -p 127.0.0.1:81:80 -p 53:80/udp -p 90:90 a", "P:1")
    found = [str(port) for port in moved(run, {80: 8080}).ports]
    assert found == ["8080:80", "127.0.0.1:81:80", "53:80/udp", "90:90"]


@given(st.integers(1, 5), st.integers(1, 3), st.booleans())
def test_ports_of_instances_are_all_apart(count: int, width: int, named: bool) -> None:
    address = "127.0.0.1:" if named else ""
    line = f"docker run -p {address}8000-{8000 + width - 1}:80-{80 + width - 1} a"
    run = read(line, "P:1")
    on = ["192.0.2.1", "::1"]
    taken = [
        (port.address, number)
        for at in range(1, count + 1)
        for of in instance_ports(run, run, at, count, on, "P:1")
        for port in of
        for number in range(port.host[0], port.host[1] + 1)
    ]
    assert len(taken) == len(set(taken)) == count * width * (1 if named else 2)


def test_an_instance_past_the_last_port_is_told_with_its_line() -> None:
    run = read("docker run -p 65534:80 a", "P:7")
    assert instance_ports(run, run, 2, 3, [None], "P:7")
    with pytest.raises(DockwrightError, match=r"^P:7: .*65535"):
        instance_ports(run, run, 3, 3, [None], "P:7")
