"""Push and pull: an engine's words read to their end, and which failure is worth another try.

Pushes and pulls themselves are tried on real engines, in tests/lab/test_image_transfer.py.
"""

from typing import Any

import pytest

from dockwright.engine import transfer
from dockwright.engine.transfer import PAUSES, _checked, _MayPass, _told, _tried
from dockwright.errors import DockwrightError

FINE = [{"id": "a", "status": "Pushed"}, {"id": "b", "status": "Layer already exists"}]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(transfer.time, "sleep", pauses.append)
    return pauses


def _error(text: str) -> list[dict[str, Any]]:
    return [*FINE, {"errorDetail": {"message": text}, "error": text}]


def test_messages_without_an_error_are_handed_on_as_they_are() -> None:
    assert list(_checked(FINE, "push r:5000/web:1")) == FINE


@pytest.mark.parametrize("text", ["received unexpected HTTP status: 503", "EOF", "i/o timeout"])
def test_what_may_pass_is_worth_another_try(text: str) -> None:
    with pytest.raises(_MayPass, match=r"^push r:5000/web:1: .*; see the registry's log and its"):
        list(_checked(_error(text), "push r:5000/web:1"))


@pytest.mark.parametrize(
    "text",
    ["unauthorized: authentication required", "denied: requested access", "x509: unknown authority",
     "manifest unknown", "write /x: no space left on device", "Disk Quota exceeded"],
)  # fmt: skip
def test_what_can_t_be_right_the_next_time_is_not(text: str) -> None:
    with pytest.raises(DockwrightError, match=r"^pull r:5000/web:1: ") as failed:
        list(_checked(_error(text), "pull r:5000/web:1"))
    assert not isinstance(failed.value, _MayPass)
    # where there is no room the login is not to blame
    is_full = "space" in text or "Quota" in text
    assert ("credentials" in str(failed.value)) is not is_full


DIGEST = "sha256:" + "8" * 64
# the end of a push, as engines of two stores said it: 20.10.24, and 26.1.5 with containerd's
_WORDS = f"p1: digest: {DIGEST} size: 855"
STREAMS = {
    "the engine's own store": [
        {"status": _WORDS},
        {"progressDetail": {}, "aux": {"Tag": "p1", "Digest": DIGEST, "Size": 855}},
    ],
    "containerd's store": [{"status": _WORDS}],
}


@pytest.mark.parametrize("end", STREAMS.values(), ids=STREAMS)
def test_the_digest_of_a_push_is_known_from_either_store(end: list[dict[str, Any]]) -> None:
    class Engine:
        def push(self, repository: str, **_: Any) -> list[dict[str, Any]]:
            return [{"status": f"The push refers to repository [{repository}]"}, *FINE, *end]

    assert transfer.push(Engine(), "r.test:5000/web", "p1", None) == (DIGEST, 1)  # type: ignore[arg-type]


def test_an_error_without_a_detail_is_one_too() -> None:
    with pytest.raises(DockwrightError, match="boom"):
        list(_checked([{"error": "boom"}], "push"))
    with pytest.raises(DockwrightError, match="None"):
        list(_checked([{"errorDetail": None}], "push"))


def test_words_of_a_registry_are_one_line_that_moves_no_terminal() -> None:
    with pytest.raises(DockwrightError) as failed:
        list(_checked(_error("denied\n\x1b[2Jand more " + "x" * 9999), "pull"))
    assert str(failed.value).isprintable()
    assert len(str(failed.value)) < 1200


def _failing(times: int, error: type[DockwrightError]) -> list[int]:
    tries: list[int] = []

    def once() -> int:
        tries.append(len(tries))
        if len(tries) <= times:
            raise error("no")
        return 7

    try:
        tries.append(_tried(once))
    except error:
        tries.append(-1)
    return tries


def test_a_few_tries_are_made_each_after_a_longer_pause(slept: list[float]) -> None:
    assert _failing(2, _MayPass) == [0, 1, 2, 7]
    assert slept == list(PAUSES[:2])
    slept.clear()
    assert _failing(99, _MayPass)[-1] == -1
    assert slept == list(PAUSES) == sorted(PAUSES)


def test_what_lasts_is_tried_once(slept: list[float]) -> None:
    assert _failing(1, DockwrightError) == [0, -1]
    assert slept == []


def test_how_far_it_is_is_told_now_and_then_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter(range(0, 1000, 3))
    monkeypatch.setattr(transfer.time, "monotonic", lambda: next(clock))
    said: list[str] = []
    assert list(_told(FINE, said.append)) == FINE
    assert said == ["1 of 1 layers", "2 of 2 layers"]
