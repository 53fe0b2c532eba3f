"""Services as a stack file: what it says is what the services are."""

from typing import Any

import pytest
import yaml

from dockwright.boot.group import group
from dockwright.service.compose import compose
from dockwright.service.environment import ImageProgram
from dockwright.service.spec import Terms, services
from tests.lab.labs.run_lines import procfile


def _made(text: str, **more: Any) -> dict[str, Any]:
    made = group("app", text, "Procfile", log_driver=None, **more)
    return dict(yaml.safe_load(compose(services(made, "Procfile", Terms(), ImageProgram()))))


def test_a_service_has_all_that_it_is() -> None:
    line = "--memory 64m --cpus .5 -p 80:8080/udp -v data:/d --network in -e 'A=$x' app a b"
    whole = _made(f"web: docker run {line.replace('.5', '0.5')}", scale={"web": 2})
    one = whole["services"]["app_web"]
    assert one["command"] == ["a", "b"]
    assert one["environment"] == ["A=$$x"]
    assert one["networks"] == {"in": {}}
    assert one["ports"] == [{"target": 8080, "published": 80, "protocol": "udp", "mode": "host"}]
    deploy = one["deploy"]
    assert deploy["resources"] == {"limits": {"cpus": "0.5", "memory": "67108864"}}
    assert (deploy["replicas"], deploy["endpoint_mode"]) == (2, "dnsrr")
    assert deploy["labels"] == {"dockwright.leaf": "app", "dockwright.process": "web"}
    assert deploy["update_config"]["failure_action"] == "rollback"
    assert whole["volumes"] == {"data": {"name": "data"}}
    assert whole["networks"] == {"in": {"external": True}}


def test_a_secret_is_named_and_told_to_nobody() -> None:
    made = group("app", "web: docker run app", "P", log_driver=None, env={"TOKEN": "s3cret"})
    text = compose(services(made, "P", Terms(), ImageProgram()))
    assert "s3cret" not in text
    (name,) = yaml.safe_load(text)["secrets"]
    assert yaml.safe_load(text)["services"]["app_web"]["secrets"][0]["source"] == name


@pytest.mark.parametrize("seed", range(30))
def test_yaml_reads_whatever_stands_in_it(seed: int) -> None:
    env = {"SECRET": "s"}
    made = group("app", procfile(seed), "P", log_driver=None, env=env)
    (one,) = services(made, "P", Terms(), ImageProgram())
    read = yaml.safe_load(compose([one]).replace("$$", "$"))["services"]["app_web"]
    container = one.spec["TaskTemplate"]["ContainerSpec"]
    for key, name in (("Args", "command"), ("Command", "entrypoint"), ("Env", "environment")):
        assert read.get(name, []) == container.get(key, []), key
