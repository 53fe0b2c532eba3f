"""What is said of a container that does not come up."""

from typing import Any

import pytest

from dockwright.engine.unwell import Ends, has_others_check, why

RUNS = {"Running": True, "Status": "running", "Health": {"Status": "unhealthy"}}


def check(output: str, status: int = 1) -> dict[str, Any]:
    return {"Log": [{"ExitCode": 0, "Output": "fine"}, {"ExitCode": status, "Output": output}]}


@pytest.mark.parametrize(
    ("ends", "failed"),
    [
        (Ends({}), False),
        (Ends({"a": 0}), False),
        (Ends({"a": 1, "b": None}), False),
        (Ends({"a": 0, "b": 0, "c": 0}), True),
        (Ends({}, restarts=2), False),
        (Ends({"a": 1}, restarts=3), True),
    ],
)
def test_one_that_ended_three_times_has_failed(ends: Ends, failed: bool) -> None:
    assert ends.too_many == failed


@pytest.mark.parametrize(
    ("state", "health", "ends", "said"),
    [
        ({}, {}, Ends({}), "does not run, after 60 s"),
        ({}, {}, Ends({"a": 0}), "ended once, with status 0, does not run, after 60 s"),
        ({}, {}, Ends({"a": 1, "b": 2}), "ended twice, the last time with status 2, does not run,"),
        (
            {},
            {},
            Ends({"a": 3, "b": 3, "c": 4}),
            "ended 3 times, the last time with status 4, afte",
        ),
        ({}, {}, Ends({"a": 3, "b": 3, "c": None}), "the last time without having started, after"),
        ({}, {}, Ends({}, restarts=3), "was restarted 3 times, and has no container, after"),
        (RUNS, {}, Ends({}), "running, unhealthy, after 60 s; its last lines: none"),
        ({"Running": True, "Status": "running"}, {}, Ends({}), "running, without HEALTHCHECK, aft"),
        (RUNS, check("curl: (7) no\n"), Ends({}), "its health check: curl: (7) no; its last lines"),
        (RUNS, check("  0%\rx\n\ncurl: (7) no\n\n"), Ends({}), "its health check: curl: (7) no; "),
        (RUNS, check("\x1b]0;title\x07"), Ends({}), "its health check: \\x1b]0;title\\x07; its"),
        (RUNS, check("x" * 5000), Ends({}), f"{'x' * 299}…; its last lines"),
        (RUNS, check(""), Ends({}), "unhealthy, after 60 s; its last lines"),
        (RUNS, {"Log": None}, Ends({}), "unhealthy, after 60 s; its last lines"),
        (RUNS, check("fine", status=0), Ends({}), "unhealthy, after 60 s; its last lines"),
    ],
)
def test_the_error_of_one_that_is_not_up(
    state: dict[str, Any], health: dict[str, Any], ends: Ends, said: str
) -> None:
    text = why("app.web.1", state, health, ends, 60, [])
    assert text.startswith("container app.web.1: ")
    assert said in text
    assert "\n" not in text
    assert why("a", {}, {}, Ends({}), 1, ["b", "c"]).endswith("its last lines:\n    b\n    c")


def test_one_that_ends_well_each_time_is_told_what_it_may_be() -> None:
    text = why("app.once.1", {}, {}, Ends({"a": 0, "b": 0, "c": 0}), 6, ["done"])
    assert "; ends with 0: a boot job runs for ever; call it release: to run it once" in text
    for ends in (Ends({"a": 0, "b": 0}), Ends({"a": 0, "b": 0, "c": 1}), Ends({}, restarts=3)):
        assert "ends with 0:" not in why("app.once.1", {}, {}, ends, 6, [])


def test_one_with_the_check_of_another_process_is_told_the_cure() -> None:
    text = why("app.worker.1", RUNS, {}, Ends({}), 6, [], others_check=True)
    assert "write --no-healthcheck into this one's line" in text
    assert "--no-healthcheck" not in why("app.worker.1", RUNS, {}, Ends({}), 6, [])


@pytest.mark.parametrize(
    ("test", "bindings", "is_so"),
    [
        (["CMD", "curl"], None, True),
        (["CMD", "curl"], {}, True),
        (["CMD", "curl"], {"80/tcp": [{"HostPort": "80"}]}, False),
        (["CMD", "true"], None, False),
        (None, None, False),
    ],
)
def test_whose_check_it_is(test: list[str] | None, bindings: Any, is_so: bool) -> None:
    image = {"Config": {"Healthcheck": {"Test": ["CMD", "curl"]}}}
    container = {
        "Config": {"Healthcheck": {"Test": test} if test else None},
        "HostConfig": {"PortBindings": bindings},
    }
    assert has_others_check(container, image) == is_so
    assert not has_others_check(container, {"Config": None})
