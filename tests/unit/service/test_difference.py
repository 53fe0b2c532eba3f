"""What differs between a declared service and the one that a swarm has."""

import copy
import json
from typing import Any

import pytest

from dockwright.boot.group import group
from dockwright.service.difference import differences, flat
from dockwright.service.environment import ImageProgram
from dockwright.service.spec import Terms, services
from tests.lab.labs.run_lines import procfile

LINE = "web: docker run --memory 64m -e A=1 -e B=2 -v data:/d -p 80:80 --cap-add CHOWN app"


def _spec(text: str = LINE, **env: str) -> dict[str, Any]:
    made = group("app", text, "Procfile", log_driver=None, env=env)
    (one,) = services(made, "Procfile", Terms(), ImageProgram())
    return dict(json.loads(json.dumps(one.spec)))


def _edit(spec: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    made = at = copy.deepcopy(spec)
    *parts, last = path.split(".")
    for part in parts:
        at = at[part]
    at[last] = value
    return made


@pytest.mark.parametrize("seed", range(30))
def test_it_differs_from_itself_in_nothing_and_from_another_in_something(seed: int) -> None:
    mine, other = (_spec(procfile(one), SECRET="s") for one in (seed, seed + 1))
    assert differences(mine, mine) == ()
    assert (differences(mine, other) == ()) == (flat(mine) == flat(other))


_C = "TaskTemplate.ContainerSpec"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("Mode.Replicated.Replicas", 3, "replicas 3→1"),
        (f"{_C}.Image", f"x@sha256:{'a' * 64}", "image sha256:aaaaaa…→app"),
        (f"{_C}.Env", ["A=1", "B=2", "C=by hand"], "env C"),
        (f"{_C}.Env", ["A=1", "B=3"], "env B"),
        (f"{_C}.Env", ["A=1"], "env B"),
        (f"{_C}.ReadOnly", True, "read-only True→none"),
        (f"{_C}.Mounts", [], "mount /d"),
        (f"{_C}.CapabilityAdd", ["CAP_CHOWN", "CAP_KILL"], "cap-add"),
        (f"{_C}.Secrets", [{"SecretName": "x", "SecretID": "1"}], "secret x"),
        ("TaskTemplate.Resources.Limits.MemoryBytes", 5, "limit MemoryBytes"),
        (
            "TaskTemplate.Placement.Constraints",
            [],
            "placement none→node.labels.dockwright.data.app",
        ),
        ("EndpointSpec.Ports", [], "port 80→80/tcp host"),
        ("EndpointSpec.Mode", "vip", "endpoint Mode"),
        ("UpdateConfig.FailureAction", "continue", "update FailureAction"),
        ("Labels", {}, "label dockwright.leaf"),
        (f"{_C}.Healthcheck", {"Test": ["NONE"]}, "health Test"),
    ],
)
def test_what_somebody_changed_by_hand_is_named(path: str, value: Any, words: str) -> None:
    said = differences(_spec(), _edit(_spec(), path, value))
    assert any(one.startswith(words) for one in said), said


def test_what_the_engine_fills_in_is_no_difference() -> None:
    has = _edit(_spec(), f"{_C}.Isolation", "default")
    has["TaskTemplate"] |= {"ForceUpdate": 3, "Runtime": "container"}
    has["TaskTemplate"]["Placement"]["Platforms"] = [{"OS": "linux"}]
    has["TaskTemplate"]["ContainerSpec"]["DNSConfig"] = {}
    assert differences(_spec(), has) == ()


def test_no_value_of_the_environment_is_told() -> None:
    has = _edit(_spec(), f"{_C}.Env", ["A=s3cret"])
    assert "s3cret" not in str(differences(_spec(), has))
