"""How far a push or a pull is, by what the engine says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.engine.moved import Transferred


def _at(layer: str, status: str, current: int = 0, total: int = 0) -> dict[str, Any]:
    detail = {"current": current, "total": total} if total else {}
    return {"id": layer, "status": status, "progressDetail": detail}


def _told(*messages: dict[str, Any]) -> str:
    moved = Transferred()
    for message in messages:
        moved.take(message)
    return str(moved)


def test_a_pull_as_docker_tells_it() -> None:
    pull = [
        {"id": "bookworm", "status": "Pulling from library/debian"},
        _at("a", "Pulling fs layer"),
        _at("b", "Already exists"),
        _at("a", "Downloading", 2_000_000, 8_000_000),
    ]
    assert _told(*pull) == "1 of 2 layers, 2 of 8 MB"
    pull.append(_at("a", "Download complete"))
    # unpacking moves no byte
    pull.append(_at("a", "Extracting", 1_000_000, 20_000_000))
    assert _told(*pull) == "1 of 2 layers, 8 of 8 MB"
    pull.append(_at("a", "Pull complete"))
    pull.append({"status": "Status: Downloaded newer image for debian:bookworm"})
    assert _told(*pull) == "2 of 2 layers, 8 of 8 MB"


@pytest.mark.parametrize(
    "status", ["Pushed", "Layer already exists", "Mounted from library/debian"]
)
def test_a_layer_that_a_registry_has_is_done(status: str) -> None:
    assert _told(_at("a", "Preparing"), _at("a", status)) == "1 of 1 layers"


def test_messages_without_a_layer_count_for_nothing() -> None:
    said = [{"status": "The push refers to repository [r:5000/a]", "id": "x"},
            {"aux": {"Tag": "1"}},
            {"id": 7, "status": "Pushed"}, {"status": "latest: digest: sha256:1"}]  # fmt: skip
    assert _told(*said) == "0 of 0 layers"


MESSAGES = st.builds(
    _at, st.sampled_from("abc"),
    st.sampled_from(["Downloading", "Pull complete", "Extracting", "Download complete", "Waiting"]),
    st.integers(0, 100), st.integers(0, 100),
)  # fmt: skip


@given(st.lists(MESSAGES, max_size=12))
def test_a_layer_that_is_done_stays_done(messages: list[dict[str, Any]]) -> None:
    moved, done = Transferred(), 0
    for message in messages:
        moved.take(message)
        now, whole = (int(word) for word in str(moved).split()[0:3:2])
        assert done <= now <= whole <= 3
        done = now
