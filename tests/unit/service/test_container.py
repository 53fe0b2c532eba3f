"""A run line's options as a container of a service."""

import pytest

from dockwright.boot.group import group
from dockwright.errors import DockwrightError
from dockwright.service.container import container, log_driver, options_of, resources
from dockwright.service.environment import ImageProgram


def _made(line: str, api: tuple[int, int] = (1, 41)) -> dict[str, object]:
    job = group("app", f"web: docker run {line}", "Procfile", log_driver=None).jobs[0]
    options, command = options_of(job)
    return container(options, command, job, ImageProgram(), None, api, "P:1")


def test_options_are_read_back_as_they_were_written() -> None:
    line = "--init --read-only=false -e A=1 --label=x app run --init"
    job = group("app", f"web: docker run {line}", "Procfile", log_driver=None).jobs[0]
    options, command = options_of(job)
    assert command == ("run", "--init")
    assert options[-4:] == [("init", None), ("read-only", "false"), ("env", "A=1"), ("label", "x")]


def test_each_option_has_its_place() -> None:
    made = _made("-u 1 -w /x --cap-add chown --add-host six:::1 --ulimit nofile=1:2 --init app a b")
    assert made["User"] == "1"
    assert made["Dir"] == "/x"
    assert made["CapabilityAdd"] == ["CAP_CHOWN"]
    assert made["CapabilityDrop"] == ["ALL"]
    assert made["Hosts"] == ["::1 six"]
    assert made["Ulimits"] == [{"Name": "nofile", "Soft": 1, "Hard": 2}]
    assert made["Args"] == ["a", "b"]
    assert made["Init"] is True


def test_what_swarm_would_fill_in_stays_as_written() -> None:
    assert _made("-e 'A={{.Node.ID}}' app")["Env"] == ['A={{"{{"}}.Node.ID}}']


def test_no_new_privileges_where_the_engine_knows_it() -> None:
    assert _made("app", (1, 44))["Privileges"] == {"NoNewPrivileges": True}
    assert _made("app")["Privileges"] == {}
    assert _made("--security-opt no-new-privileges:false app", (1, 44))["Privileges"] == {}
    with pytest.raises(DockwrightError, match="--security-opt seccomp=unconfined: not on Swarm"):
        _made("--security-opt seccomp=unconfined app")


def test_limits_and_logs() -> None:
    assert resources({"pids-limit": "-1", "memory-reservation": "1k"}, "P:1") == {
        "Reservations": {"MemoryBytes": 1024}
    }
    assert resources({"memory": "1k", "pids-limit": "5"}, "P:1")["Limits"]["Pids"] == 5
    assert log_driver([("log-driver", "none")]) == {"Name": "none"}
