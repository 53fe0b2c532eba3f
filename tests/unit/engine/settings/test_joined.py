"""daemon.json of two owners: what is theirs is there, and is left when we go."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.engine.settings.daemon_json import CLOSED, LOG_ROTATION, merge
from dockwright.engine.settings.joined import same

_TEXTS = st.sampled_from(["a=1", "a=2", "b=1", "b", "\udcff", "\ud800", "ä"]) | st.text(max_size=3)
_SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | _TEXTS
_ANY = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)
_MANAGED = ("mtu", "labels", "runtimes", "insecure-registries", "builder", "log-driver")
_KEYS = st.sampled_from([*_MANAGED, "log-opts", "exec-opts", "default-ulimits", "features"])
_FILES = st.dictionaries(_KEYS, _ANY, max_size=5)


def keys(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


@settings(max_examples=400)
@given(_FILES, st.lists(_FILES, max_size=4))
def test_when_nothing_is_asked_for_any_more_exactly_theirs_is_left(
    their: dict[str, Any], asked: list[dict[str, Any]]
) -> None:
    text, record = json.dumps(their), None
    for one in [*asked, {}]:
        done = merge(text, record, one)
        text, record = done.text, done.record
        text.encode(errors="surrogateescape")
        again = merge(text, record, one)
        assert not again.changed
        assert keys(again.record) == keys(record)
    rotation = {} if LOG_ROTATION.keys() & their.keys() else LOG_ROTATION
    assert same(keys(text), {**their, **rotation, **CLOSED})


@given(_FILES, _FILES)
def test_lists_and_maps_are_joined(their: dict[str, Any], asked: dict[str, Any]) -> None:
    done = keys(merge(json.dumps(their), None, asked).text)
    for key, value in asked.items():
        if isinstance(value, list):
            assert all(any(same(item, other) for other in done[key]) for item in value)
        elif isinstance(value, dict):
            assert done[key].keys() >= value.keys()
        else:
            assert same(done[key], value)
    for key in ("insecure-registries",):
        if isinstance(their.get(key), list) and isinstance(asked.get(key, []), list):
            assert done[key][: len(their[key])] == their[key]


@given(_FILES, _FILES, st.sampled_from(["insecure-registries", "labels"]))
def test_what_they_add_to_ours_stays(
    their: dict[str, Any], asked: dict[str, Any], key: str
) -> None:
    their[key], asked[key] = ["theirs=1"], ["ours=1"]
    first = merge(json.dumps(their), None, asked)
    edited = keys(first.text)
    edited[key].append("later=1")
    after = merge(json.dumps(edited), first.record, {})
    assert keys(after.text)[key] == ["theirs=1", "later=1"]


def test_a_record_of_the_former_form_is_read() -> None:
    there = '{"labels": ["a=1"], "insecure-registries": ["a", "b"], "log-driver": "local"}'
    done = merge(there, '{"insecure-registries": ["a", "b"]}', {"insecure-registries": ["b"]})
    assert keys(done.text)["insecure-registries"] == ["b"]
    assert keys(merge(there, '{"insecure-registries": ["a", "b"]}', {}).text) == {
        "labels": ["a=1"],
        "log-driver": "local",
        **CLOSED,
    }


def test_a_label_of_theirs_gives_way_to_ours_of_its_name_and_comes_back() -> None:
    done = merge('{"labels": ["a=1", "b=1"], "log-driver": "x"}', None, {"labels": ["a=2"]})
    assert keys(done.text)["labels"] == ["a=2", "b=1"]
    assert keys(merge(done.text, done.record, {}).text)["labels"] == ["a=1", "b=1"]


@pytest.mark.parametrize(
    ("there", "asked", "options"),
    [
        ({"log-opts": {"tag": "x"}}, {"log-opts": {"max-size": "5m"}},
         {"tag": "x", "max-size": "5m"}),
        ({"log-opts": {"tag": "x"}}, {"log-driver": "json-file", "log-opts": {"max-size": "5m"}},
         {"tag": "x", "max-size": "5m"}),
        ({"log-driver": "syslog", "log-opts": {"tag": "x"}}, {"log-driver": "local"}, None),
        ({"log-opts": {"max-size": "1m"}}, {"log-driver": "journald", "log-opts": {"tag": "x"}},
         {"tag": "x"}),
    ],
)  # fmt: skip
def test_log_options_are_joined_where_the_driver_is_the_same(
    there: dict[str, Any], asked: dict[str, Any], options: dict[str, str] | None
) -> None:
    done = merge(json.dumps(there), None, asked)
    assert keys(done.text).get("log-opts") == options
    assert keys(merge(done.text, done.record, {}).text) == {**there, **CLOSED}


def test_what_is_no_utf8_keeps_its_bytes() -> None:
    their = b'{"labels": ["owner=M\xfcller", "a=\\ud800"], "log-driver": "local"}'
    done = merge(their.decode(errors="surrogateescape"), None, {"mtu": 1400})
    written = done.text.encode(errors="surrogateescape")
    assert b'"owner=M\xfcller"' in written
    assert b'"a=\\ud800"' in written


def test_an_engine_that_is_given_its_logs_elsewhere_gets_no_rotation_and_ours_goes() -> None:
    first = merge('{"debug": true}', None, {})
    done = merge(first.text, first.record, {}, ["log-driver"])
    assert keys(done.text) == {"debug": True, **CLOSED}
    assert keys(done.record) == CLOSED
