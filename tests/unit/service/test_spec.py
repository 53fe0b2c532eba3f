"""A leaf's services: from run lines to specifications."""

from typing import Any

import pytest

from dockwright.boot.group import group
from dockwright.errors import DockwrightError
from dockwright.service.environment import ImageProgram
from dockwright.service.spec import Service, Terms, label_of, service_name, services


def _made(text: str, terms: Terms | None = None, **more: Any) -> tuple[Service, ...]:
    made = group("app", text, "Procfile", log_driver=None, **more)
    return services(made, "Procfile", terms or Terms(), ImageProgram())


def test_a_process_is_a_service_and_its_scale_are_its_tasks() -> None:
    made = _made("web: docker run app\njobs: docker run app work\n", scale={"web": 3})
    assert [(one.name, one.replicas) for one in made] == [("app_web", 3), ("app_jobs", 1)]
    assert _made("web: docker run app\n", scale={"web": 0}) == ()


def test_a_new_task_begins_first_but_where_both_would_hold_the_same() -> None:
    def order(line: str, **terms: Any) -> str:
        (one,) = _made(f"web: docker run {line} app", Terms(**terms))
        assert one.spec["RollbackConfig"]["Order"] == one.spec["UpdateConfig"]["Order"]
        return str(one.spec["UpdateConfig"]["Order"])

    assert order("") == "start-first"
    assert order("", one_at_a_time=True) == "stop-first"
    assert order("-p 80:80", mesh=True) == "start-first"
    assert order("-p 80:80", mesh=False) == "stop-first"
    assert order("-v data:/data") == "stop-first"
    assert order("-v data:/data:ro") == "start-first"
    assert order("-v data:/data", drivers={"data": "nfs"}) == "stop-first"


def test_data_of_one_box_keeps_all_processes_there() -> None:
    made = _made("web: docker run -v data:/data app\njobs: docker run app\n")
    for one in made:
        constraints = one.spec["TaskTemplate"]["Placement"]["Constraints"]
        assert constraints == [f"node.labels.{label_of('app')} == here"]
    (one,) = _made("web: docker run -v data:/data app", Terms(drivers={"data": "nfs"}))
    assert one.spec["TaskTemplate"]["Placement"]["Constraints"] == []
    assert one.writes
    (one,) = _made("web: docker run app", Terms(placed={"disk": "ssd"}))
    assert one.spec["TaskTemplate"]["Placement"]["Constraints"] == ["node.labels.disk == ssd"]


def test_the_sites_values_are_in_no_specification() -> None:
    env = {"TOKEN": "s3cret", "PORT": "7000"}
    (one,) = _made("web: docker run -e TOKEN -e A=1 app", env=env)
    assert "s3cret" not in repr(one)
    assert "s3cret" not in str(one.spec)
    assert one.text == "export TOKEN='s3cret'\n"
    container = one.spec["TaskTemplate"]["ContainerSpec"]
    assert container["Secrets"][0]["SecretName"] == one.secret
    assert container["Env"] == ["A=1", "PORT=7000"]
    (plain,) = _made("web: docker run -e A=1 app")
    assert plain.secret is None
    assert "Command" not in plain.spec["TaskTemplate"]["ContainerSpec"]


def test_without_a_network_it_has_one_of_its_own() -> None:
    (one,) = _made("web: docker run --network none -p 80:80 app")
    assert one.closed == "dockwright-app_web"
    assert one.spec["TaskTemplate"]["Networks"] == [{"Target": "dockwright-app_web"}]
    assert "Ports" not in one.spec["EndpointSpec"]
    assert any("without a way out" in line for line in one.notices)
    (one,) = _made("web: docker run --network name=in,alias=x --network-alias y app")
    assert one.spec["TaskTemplate"]["Networks"] == [{"Target": "in", "Aliases": ["y", "x"]}]
    (one,) = _made("web: docker run --network bridge app")
    assert one.spec["TaskTemplate"]["Networks"] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("release: docker run app\n", "Procfile: release: not on Swarm: it is release:"),
        ("tick: @daily docker run app\n", "Procfile: tick: not on Swarm: it has times"),
        ("web: docker run --network container:x app", "--network container:x: not on Swarm"),
        ("web: docker run --device /dev/x app", "--device /dev/x: not on Swarm: Swarm gives no"),
        ("web-: docker run app", "service app_web-: Swarm's names"),
    ],
)
def test_what_it_cant_do_is_refused_in_one_line(text: str, named: str) -> None:
    with pytest.raises(DockwrightError) as error:
        _made(text)
    assert named in str(error.value)
    assert "\n" not in str(error.value)


def test_a_long_name_is_refused() -> None:
    with pytest.raises(DockwrightError, match="63 of them at the most"):
        service_name("a" * 60, "web", "P")


def test_old_engines_are_said_not_to_know_a_limit() -> None:
    assert "engines before 25" in _made("web: docker run app")[0].notices[0]
    assert _made("web: docker run app", Terms(api=(1, 44)))[0].notices == ()
