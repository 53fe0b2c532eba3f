"""What becomes of a leaf's services: what is told of them, and what goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dockwright.operations.service.difference import difference
from dockwright.service.spec import Service
from dockwright.service.state import SwarmService, SwarmServices

PLAIN: Mapping[str, str] = {}


def _spec(image: str, env: Mapping[str, str], secret: str | None) -> dict[str, Any]:
    container = {
        "Image": image,
        "Env": [f"{name}={value}" for name, value in env.items()],
        "Secrets": [{"SecretName": secret}] if secret else [],
    }
    return {
        "Labels": {"dockwright.leaf": "rails", "dockwright.process": "web"},
        "Mode": {"Replicated": {"Replicas": 2}},
        "TaskTemplate": {"ContainerSpec": container},
    }


def _wanted(image: str = "a", env: Mapping[str, str] = PLAIN, **of: Any) -> Service:
    return Service("rails", "web", "rails_web", _spec(image, env, of.get("secret")), **of)


def _has(
    image: str = "a", env: Mapping[str, str] = PLAIN, secret: str | None = None, **of: Any
) -> SwarmService:
    return SwarmService("q3d2", "rails_web", _spec(image, env, secret), count="2/2", **of)


def _lines(wanted: Service | None, *has: SwarmService, **secrets: str) -> list[str]:
    its = difference(
        "rails", [wanted] if wanted else [], SwarmServices(True, (1, 41), has, {}, secrets)
    )
    assert its.is_current == (not list(its.changes())) == (not its.reasons())
    return [one.line for one in its.changes()]


def test_what_is_as_wanted_is_current() -> None:
    assert _lines(_wanted(), _has()) == []


def test_what_is_not_there_is_told_with_its_tasks() -> None:
    its = difference("rails", [_wanted()], SwarmServices())
    assert [one.line for one in its.changes()] == ["+ service rails_web  2 tasks"]
    assert its.fresh == its.changing == {"rails_web"}
    assert its.reasons() == ["rails_web: is not there"]


def test_what_is_another_one_is_changed_and_is_not_fresh() -> None:
    its = difference("rails", [_wanted("b")], SwarmServices(services=(_has("a"),)))
    assert (its.changing, its.fresh) == ({"rails_web"}, frozenset())
    [line] = [one.line for one in its.changes()]
    assert line.startswith("~ service rails_web  ")


def test_of_many_differences_the_first_are_told_and_the_others_counted() -> None:
    former, env = ({f"NAME{at}": value for at in range(9)} for value in "xy")
    its = difference("rails", [_wanted(env=env)], SwarmServices(services=(_has(env=former),)))
    [change] = its.changes()
    assert change.details == (*(f"env NAME{at}" for at in range(6)), "3 more")


@pytest.mark.parametrize("update", ["paused", "rollback_paused"])
def test_one_whose_update_stands_still_is_put_up_again(update: str) -> None:
    stuck = SwarmService("q3d2", "rails_web", _spec("a", {}, None), update=update, count="1/2")
    assert _lines(_wanted(), stuck) == [
        f"~ service rails_web  1 of 2 tasks run: its update is {update}"
    ]


def test_what_is_not_wanted_any_more_goes() -> None:
    assert _lines(None, _has()) == ["- service rails_web"]


def test_a_secret_that_nothing_reads_goes_and_one_of_another_leaf_stays() -> None:
    has = _has(secret="new")
    assert _lines(_wanted(secret="new"), has, new="rails", old="rails", its="other") == [
        "- secret old"
    ]


def test_a_secret_stays_while_its_service_may_be_put_back_to_it() -> None:
    has = _has(secret="new", former=_spec("a", {}, "old"))
    assert _lines(_wanted(secret="new"), has, new="rails", old="rails") == []


def test_with_a_change_the_secret_of_before_the_former_goes_and_is_not_told() -> None:
    has = _has(secret="new", former=_spec("a", {}, "old"))
    known = SwarmServices(
        services=(has,), secrets={"newest": "rails", "new": "rails", "old": "rails"}
    )
    its = difference("rails", [_wanted(secret="newest")], known)
    assert its.secrets == ("old",)
    assert not [one for one in its.changes() if "old" in one.line]


def test_a_network_goes_with_the_process_that_was_closed() -> None:
    spec = _spec("a", {}, None)
    spec["TaskTemplate"]["Networks"] = [{"Target": "dockwright-rails_web"}]
    known = SwarmServices(services=(SwarmService("q3d2", "rails_web", spec, count="2/2"),))
    assert difference("rails", [_wanted()], known).networks == ("dockwright-rails_web",)
    closed = _wanted(closed="dockwright-rails_web")
    assert difference("rails", [closed], known).networks == ()


def test_a_label_alone_is_something_to_do() -> None:
    known = SwarmServices(services=(_has(),))
    its = difference("rails", [_wanted()], known, ("0123456789abcdef", "dockwright.data.rails"))
    assert not its.is_current
    assert [one.line for one in its.changes()] == [
        "~ node 0123456789ab  label dockwright.data.rails"
    ]
    assert its.reasons() == []
