"""daemon.json: what is there, what the site asks for, and our defaults, as one text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dockwright.errors import DockwrightError

PATH = "/etc/docker/daemon.json"
# A container's log would fill the disk; these count only where nobody chose otherwise.
DEFAULTS: Mapping[str, Any] = {
    "log-driver": "json-file",
    "log-opts": {"max-size": "10m", "max-file": "3"},
}
# Taken over on SIGHUP; https://docs.docker.com/reference/cli/dockerd/#configuration-reload-behavior
_RELOADABLE = frozenset(
    {"debug", "labels", "live-restore", "max-concurrent-downloads", "max-concurrent-uploads"}
    | {"max-download-attempts", "default-runtime", "runtimes", "authorization-plugins"}
    | {"insecure-registries", "registry-mirrors", "shutdown-timeout", "features"}
)


def merged(there: str | None, asked: Mapping[str, Any]) -> str:
    """The text that daemon.json is to have: keys of others stay, what the site asks for wins.

    Our defaults fill only what nobody set; the log options belong to the driver we would set,
    so they are left out where another driver was chosen.

    Args:
        there: its present text, or None.
        asked: the site's keys.

    Raises:
        DockwrightError: the present text is no JSON object; it is left as it is.

    Example:
        >>> json.loads(merged('{"debug": true}', {}))["debug"]
        True
    """
    present = read(there)
    wanted = {**present, **asked}
    if "log-driver" not in wanted and "log-opts" not in wanted:
        wanted = {**DEFAULTS, **wanted}
    elif wanted.get("log-driver") == DEFAULTS["log-driver"] and "log-opts" not in wanted:
        wanted["log-opts"] = DEFAULTS["log-opts"]
    if there is not None and wanted == present:
        return there
    return json.dumps(wanted, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read(text: str | None) -> dict[str, Any]:
    """The keys of a daemon.json; an absent or empty one has none.

    Raises:
        DockwrightError: no JSON object.

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
            f"{PATH}: not JSON ({error}); the engine can't start with it: correct it by hand, "
            "or remove it"
        ) from error
    if not isinstance(found, dict):
        raise DockwrightError(f"{PATH}: a JSON {type(found).__name__}; it must be an object")
    return found


def reload_is_enough(there: str | None, wanted: str) -> bool:
    """Whether the engine takes the change over without a restart.

    Example:
        >>> reload_is_enough("{}", '{"debug": true}')
        True
    """
    old, new = read(there), read(wanted)
    return all(key in _RELOADABLE for key in {*old, *new} if old.get(key) != new.get(key))
