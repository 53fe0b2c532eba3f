"""daemon.json: what of it is the site's, what another's, and what a change takes."""

import json
from typing import Any

import pytest

from dockwright.engine.settings.daemon_json import CLOSED, LOG_ROTATION, merge
from dockwright.errors import DockwrightError


def keys(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_an_absent_file_gets_log_rotation() -> None:
    assert keys(merge(None, None, {}).text) == {**LOG_ROTATION, **CLOSED}


@pytest.mark.parametrize(
    ("there", "asked", "elsewhere", "closes", "icc"),
    [
        (None, {}, (), True, False),
        ({"icc": True}, {}, (), True, True),  # other hands'
        (None, {"icc": True}, (), True, True),  # the site's
        (None, {}, ["icc"], True, None),  # the command line's
        (None, {}, ["config-file"], True, None),
        (None, {}, (), False, None),
    ],
)
def test_the_engines_bridge_is_closed_where_nobody_says_anything_of_it(
    there: dict[str, Any] | None,
    asked: dict[str, Any],
    elsewhere: list[str],
    closes: bool,
    icc: bool | None,
) -> None:
    text = None if there is None else json.dumps(there)
    done = merge(text, None, asked, elsewhere, closes=closes)
    assert keys(done.text).get("icc") is icc
    again = merge(done.text, done.record, asked, elsewhere, closes=closes)
    assert not again.changed
    assert again.record == done.record


def test_a_bridge_that_is_closed_stays_so_when_others_come() -> None:
    first = merge(None, None, {})
    assert not merge(first.text, first.record, {}, closes=False).changed


def test_what_was_written_is_current_the_next_time() -> None:
    first = merge('{"labels": ["a=b"]}', None, {"mtu": 1400})
    again = merge(first.text, first.record, {"mtu": 1400})
    assert not again.changed
    assert again.record == first.record


def test_keys_of_others_stay_and_the_site_wins() -> None:
    done = merge('{"debug": true, "mtu": 1500, "log-driver": "local"}', None, {"mtu": 1400})
    assert keys(done.text) == {"debug": True, "mtu": 1400, "log-driver": "local", **CLOSED}
    assert keys(done.record)["mtu"] == 1400


def test_log_options_are_not_given_to_another_driver() -> None:
    assert "log-opts" not in keys(merge('{"log-driver": "syslog"}', None, {}).text)
    assert "log-opts" not in keys(merge(None, None, {"log-driver": "journald"}).text)


def test_an_edited_key_of_ours_is_put_right_as_a_whole() -> None:
    ours = merge(None, None, {})
    edited = ours.text.replace("max-size", "max-sise")
    done = merge(edited, ours.record, {})
    assert done.changed == {"log-opts"}
    assert keys(done.text) == {**LOG_ROTATION, **CLOSED}


def test_a_key_the_site_asks_for_no_more_goes_and_needs_a_restart() -> None:
    first = merge('{"labels": ["a=b"]}', None, {"debug": True})
    done = merge(first.text, first.record, {})
    assert keys(done.text) == {"labels": ["a=b"], **LOG_ROTATION, **CLOSED}
    assert done.changed == {"debug"}
    assert not done.reloadable


def test_the_sites_own_choice_of_logs_takes_our_rotation_away() -> None:
    first = merge(None, None, {})
    done = merge(first.text, first.record, {"log-driver": "journald"})
    assert keys(done.text) == {"log-driver": "journald", **CLOSED}


@pytest.mark.parametrize(
    ("asked", "reloadable"),
    [
        ({"debug": True}, True),
        ({"default-shm-size": "1M"}, True),
        ({"runtimes": {"x": {"path": "/bin/x"}}}, True),
        ({"mtu": 1400}, False),
        ({"debug": True, "mtu": 1400}, False),
        ({"features": {"containerd-snapshotter": True}}, False),
        ({"hosts": ["fd://"]}, False),
        ({"storage-opts": ["a=1"]}, False),
        ({"log-level": "warn"}, False),
    ],
)
def test_only_keys_an_engine_takes_at_sighup_are_reloaded(
    asked: dict[str, Any], reloadable: bool
) -> None:
    there = merge(None, None, {})
    assert merge(there.text, there.record, asked).reloadable is reloadable


@pytest.mark.parametrize("there", ["{", "[]", '{"a": 1,}', "null"])
def test_a_file_that_is_no_json_object_is_an_error_that_names_it(there: str) -> None:
    with pytest.raises(DockwrightError, match=r"^/etc/docker/daemon\.json: "):
        merge(there, None, {})


def test_a_damaged_record_makes_every_key_anothers() -> None:
    assert keys(merge('{"mtu": 1400}', "{", {}).text)["mtu"] == 1400


def test_a_setting_that_json_cannot_hold_is_an_error() -> None:
    with pytest.raises(DockwrightError, match="set is not JSON serializable"):
        merge(None, None, {"labels": {"a"}})


def test_a_reload_brings_the_defaults_of_some_keys_back() -> None:
    first = merge(None, None, {"max-concurrent-downloads": 7})
    assert merge(first.text, first.record, {}).reloadable
