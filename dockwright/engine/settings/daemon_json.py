"""daemon.json: our keys merged into what other hands have written there."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dockwright import places
from dockwright.engine.settings.joined import ABSENT, Joined, join, same, theirs
from dockwright.engine.settings.reload import is_enough
from dockwright.errors import DockwrightError

PATH = places.ENGINE_SETTINGS
RECORD = places.ENGINE_RECORD
# What of it is ours, as last written: a key of ours that was edited is drift, another's is kept.

# Without a limit the log of one talkative container fills the disk.
LOG_ROTATION: Mapping[str, Any] = {
    "log-driver": "json-file",
    "log-opts": {"max-size": "10m", "max-file": "3"},
}
# Containers on the engine's own bridge have no business with each other: what one offers to
# another, it publishes.
CLOSED: Mapping[str, Any] = {"icc": False}
_DEFAULTS: Mapping[str, Any] = {**LOG_ROTATION, **CLOSED}
# beside our keys in the record: what of theirs gave way to them
_FORMER = "dockwright-former"
_DEFAULT_DRIVER = "json-file"
# What strict UTF-8 or the bytes of the file (U+DC80 to U+DCFF, as surrogateescape has them)
# can't hold: it came as an escape, and stays one.
_ESCAPED = re.compile("[\ud800-\udc7f\udd00-\udfff]")


@dataclass(frozen=True)
class Merged:
    """The whole file and what of it is ours, as JSON texts; which keys change, and how.

    ``reloadable``: the engine takes the change without a restart.
    """

    text: str
    record: str
    changed: frozenset[str]
    reloadable: bool


def merge(
    text: str | None,
    record: str | None,
    asked: Mapping[str, Any],
    elsewhere: Collection[str] = (),
    *,
    closes: bool = True,
) -> Merged:
    """What daemon.json is to be: what other hands have there, and what the site asks for.

    Lists and maps are joined. Else what the site asks for wins, and when it asks for it no
    more, theirs is there again. Log rotation is ours, as a whole, unless the site or other
    hands say anything about logs: options belong to a driver.

    Args:
        text: the file's, None where it is absent.
        record: what of it was ours when it was last written.
        asked: the site's own keys.
        elsewhere: keys that the engine is given by other means; none of them is in ``asked``.
        closes: whether containers of the engine's own bridge are not to reach each other, where
            nobody says anything of that.

    Raises:
        DockwrightError: the file is no JSON object, or a value asked for can't be JSON.

    Example:
        >>> sorted(merge('{"debug": true}', None, {"mtu": 1400}).changed)
        ['icc', 'log-driver', 'log-opts', 'mtu']
    """
    present = read(text, PATH)
    try:
        ours = read(record, RECORD)
    except DockwrightError:
        ours = {}  # damaged: all that is there counts as another's, and is kept
    entry = ours.pop(_FORMER, {})
    former: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    their = _their(present, ours, former)
    # config-file: the engine reads another file than this one
    about_logs = {*LOG_ROTATION, "config-file"} & {*their, *asked, *elsewhere}
    about_icc = {*CLOSED, "config-file"} & {*their, *elsewhere}
    # once closed it stays so
    closes = closes or same(ours.get("icc", ABSENT), CLOSED["icc"])
    closed = CLOSED if not about_icc and closes else {}
    managed = {**({} if about_logs else LOG_ROTATION), **closed, **asked}
    joined = {
        key: join(their.get(key, ABSENT), managed.get(key, ABSENT), key)
        # in the order of the present file, so that a difference shows only what differs
        for key in dict.fromkeys([*present, *their, *managed])
    }
    driver = their.get("log-driver", _DEFAULT_DRIVER)
    if "log-opts" in their and asked.get("log-driver", driver) != driver:
        options = asked.get("log-opts", ABSENT)
        joined["log-opts"] = Joined(options, options, {"was": their["log-opts"]})
    wanted = {key: part.value for key, part in joined.items() if part.value is not ABSENT}
    removed = present.keys() - wanted.keys()
    changed = removed | {
        key for key, value in wanted.items() if not same(present.get(key, ABSENT), value)
    }
    kept = {key: part.ours for key, part in joined.items() if part.ours is not ABSENT}
    gave_way = {key: part.former for key, part in joined.items() if part.former}
    return Merged(
        text=_write(wanted),
        record=_write({**kept, **({_FORMER: gave_way} if gave_way else {})}),
        changed=frozenset(changed),
        reloadable=is_enough(changed, removed),
    )


def _their(
    present: Mapping[str, Any], ours: Mapping[str, Any], former: Mapping[str, Any]
) -> dict[str, Any]:
    """The file as it is without us."""
    their = {}
    for key in [*present, *(key for key in former if key not in present and key not in ours)]:
        gave_way = former.get(key)
        gave_way = gave_way if isinstance(gave_way, dict) else {}
        if key in _DEFAULTS and same(ours.get(key, ABSENT), _DEFAULTS[key]):
            continue  # what was edited of it is put right as a whole
        if key in present:
            their[key] = theirs(present[key], ours.get(key, ABSENT), gave_way, key)
        else:
            their[key] = gave_way.get("was", ABSENT)
    return {key: value for key, value in their.items() if value is not ABSENT}


def read(text: str | None, path: str = PATH) -> dict[str, Any]:
    """The keys of ``text``; none where it is None or blank.

    Raises:
        DockwrightError: it is not one JSON object.

    Example:
        >>> read('{"debug": true}')
        {'debug': True}
    """
    if text is None or not text.strip():
        return {}
    try:
        keys = json.loads(text)
    except ValueError as error:
        raise DockwrightError(
            f"{path}: not JSON ({error}); the engine can't start with it: correct it by hand, "
            "or remove it"
        ) from error
    if not isinstance(keys, dict):
        raise DockwrightError(
            f"{path}: {json.dumps(keys)[:40]}: not a JSON object; write it as {{…}}"
        )
    return keys


def _write(keys: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(keys, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise DockwrightError(
            f"{PATH}: {error}; use text, numbers, true, false, lists and mappings"
        ) from error
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
