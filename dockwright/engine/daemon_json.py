"""daemon.json: our keys merged into what other hands have written there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dockwright.errors import DockwrightError

PATH = "/etc/docker/daemon.json"
# What of it is ours, as last written: a key of ours that was edited is drift, another's is kept.
RECORD = "/var/lib/dockwright/daemon.json"

# Without a limit the log of one talkative container fills the disk.
LOG_ROTATION: Mapping[str, Any] = {
    "log-driver": "json-file",
    "log-opts": {"max-size": "10m", "max-file": "3"},
}
# What a running engine takes at SIGHUP. Rule:
# https://docs.docker.com/reference/cli/dockerd/#configuration-reload-behavior
_RELOADABLE = frozenset(
    {"debug", "labels", "live-restore", "max-concurrent-downloads", "max-concurrent-uploads"}
    | {"max-download-attempts", "default-runtime", "runtimes", "authorization-plugins"}
    | {"insecure-registries", "registry-mirrors", "shutdown-timeout", "features"}
)


@dataclass(frozen=True)
class Merged:
    """The whole file and the part of it that is ours, as JSON texts; which keys change, and how.

    ``reloadable``: the engine takes the change without a restart.
    """

    text: str
    record: str
    changed: frozenset[str]
    reloadable: bool


def merge(there: str | None, record: str | None, asked: Mapping[str, Any]) -> Merged:
    """What daemon.json is to be, key by key of its top level.

    What the site asks for wins. A key of ours that it asks for no more goes. Log rotation is
    ours unless the site or other hands say anything about logs: options belong to a driver.
    All other keys stay.

    Args:
        there: the file's text, None where it is absent.
        record: what of it was ours when it was last written.
        asked: the site's own keys.

    Raises:
        DockwrightError: the file is no JSON object, or a value asked for can't be JSON.

    Example:
        >>> sorted(merge('{"debug": true}', None, {"mtu": 1400}).changed)
        ['log-driver', 'log-opts', 'mtu']
    """
    present = read(there, PATH)
    try:
        ours = read(record, RECORD)
    except DockwrightError:
        ours = {}  # damaged: all that is there counts as another's, and is kept
    theirs = {key: value for key, value in present.items() if key not in ours}
    about_logs = LOG_ROTATION.keys() & (theirs.keys() | asked.keys())
    managed = {**({} if about_logs else LOG_ROTATION), **asked}
    # in the order of the present file, so that a difference shows only what differs
    wanted = {k: managed.get(k, v) for k, v in present.items() if k in managed or k in theirs}
    wanted |= managed
    removed = present.keys() - wanted.keys()
    changed = removed | {key for key in wanted if key not in present or present[key] != wanted[key]}
    return Merged(
        text=_write(wanted),
        record=_write(managed),
        changed=frozenset(changed),
        # SIGHUP brings new values, but leaves a key that is gone as it was
        reloadable=not removed and changed <= _RELOADABLE,
    )


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
        found = json.loads(text)
    except ValueError as error:
        raise DockwrightError(
            f"{path}: not JSON ({error}); the engine can't start with it: correct it by hand, "
            "or remove it"
        ) from error
    if not isinstance(found, dict):
        raise DockwrightError(
            f"{path}: {json.dumps(found)[:40]}: not a JSON object; write it as {{…}}"
        )
    return found


def _write(keys: Mapping[str, Any]) -> str:
    try:
        return json.dumps(keys, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise DockwrightError(
            f"{PATH}: {error}; use text, numbers, true, false, lists and mappings"
        ) from error
