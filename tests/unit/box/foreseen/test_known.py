"""Which questions the next run foresees: values in, values out."""

import json
from dataclasses import replace

import pytest
from pyinfra.api import HiddenValue

from dockwright.box.foreseen import known as module
from dockwright.box.foreseen.known import MOST, Known, after, known, read, written

A, B, C = (Known(f"dockwright.facts.a:{name}", "{}") for name in "ABC")
KEY = ["/site", "deploy/site.py", "docker", "0.1.0"]


def missed(one: Known, times: int = 1) -> Known:
    return Known(one.fact, one.arguments, times)


ROWS = {
    "what was asked is foreseen": ((), [A, B], False, (A, B)),
    "what was foreseen and asked stays where it is": ((B, A), [A, B], True, (B, A)),
    "what was in vain once stays": ((A, B), [B], True, (missed(A), B)),
    "what was in vain twice running goes": ((missed(A), B), [B], True, (B,)),
    "one that was asked again begins anew": ((missed(A), B), [A], True, (A, missed(B))),
    "what was not sent was not in vain": ((A, missed(B)), [C], False, (A, missed(B), C)),
    "what is asked twice is foreseen once": ((A,), [A, A, B], True, (A, B)),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_next_run(row: str) -> None:
    before, asked, was_sent, then = ROWS[row]
    assert after(before, asked, was_sent) == then


def test_what_has_no_answer_twice_running_is_not_foreseen_for_a_while() -> None:
    known: tuple[Known, ...] = (A, B)
    sent = []
    for _ in range(25):
        sent.append(A in {replace(one, in_vain=0) for one in known if one.is_sent})
        known = after(known, [A, B], True, [A] if sent[-1] else [])
        assert read(written({"prepare": known}, KEY), KEY) == {"prepare": known}
        assert B in known
    assert sent == [True, True, *[False] * 19, True, True, False, False]


def test_there_is_an_end_of_them() -> None:
    many = [Known("dockwright.facts.a:B", json.dumps({"n": n})) for n in range(MOST + 50)]
    assert len(after(many[:10], many, was_sent=True)) == MOST


def test_only_facts_of_ours_with_plain_arguments_are_kept() -> None:
    where = "dockwright.facts.account"
    assert known(where, "Member", {"user": "anna", "more": [1, True, None, {"a": ("b",)}]})
    for other in ("pyinfra.facts.server", "dockwright.factsx", "os", "dockwright.box.fact"):
        assert known(other, "Member", {}) is None
    secret = HiddenValue("s3cret")
    for value in (secret, [secret], {"a": secret}, {1, 2}, b"x", 1.5, object(), "a\nb", "a\udcfc"):
        assert known(where, "Member", {"user": value}) is None, value


def test_it_is_read_as_it_was_written() -> None:
    one = known("dockwright.facts.account", "Member", {"user": "anna ü '\"\\ $(x)"})
    assert one is not None
    of = {"prepare": (one, missed(A)), "execute": (B,)}
    assert read(written(of, KEY), KEY) == of  # type: ignore[arg-type]
    assert read(written({"prepare": [], "execute": [B]}, KEY), KEY) == {"execute": (B,)}


def test_what_is_of_another_site_deploy_box_or_version_is_nothing() -> None:
    text = written({"prepare": [A]}, KEY)
    for at in range(len(KEY)):
        other = [*KEY]
        other[at] += "x"
        assert read(text, other) == {}


GOOD = json.loads(written({"prepare": [A]}, KEY))
BROKEN = {
    "nothing": "",
    "half of it": written({"prepare": [A]}, KEY)[:-20],
    "a list": "[]",
    "deep": "[" * 100_000,
    "no stages": json.dumps({**GOOD, "stages": None}),
    "a later form": json.dumps({**GOOD, "form": 2}),
    "a row too short": json.dumps({**GOOD, "stages": {"prepare": [["dockwright.facts.a:A"]]}}),
    "rows of text": json.dumps({**GOOD, "stages": {"prepare": ["abc"]}}),
    "no class": json.dumps({**GOOD, "stages": {"prepare": [["dockwright.facts.a", {}, 0]]}}),
    "a class of another": json.dumps({**GOOD, "stages": {"prepare": [["os:system", {}, 0]]}}),
    "arguments that are none": json.dumps({**GOOD, "stages": {"prepare": [[A.fact, [1], 0]]}}),
    "a count that is none": json.dumps({**GOOD, "stages": {"prepare": [[A.fact, {}, "x"]]}}),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_nothing(what: str) -> None:
    assert read(BROKEN[what], KEY) == {}


def test_no_more_is_read_than_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    assert read(written({"prepare": [A, B]}, KEY), KEY) == {"prepare": (A,)}
