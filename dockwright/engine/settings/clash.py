"""Settings asked for that the engine's command line has too: the same, or a clash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dockwright.engine.settings.command_line import DaemonFlag, satisfied, values
from dockwright.engine.settings.daemon_json import PATH
from dockwright.errors import DockwrightError

# Maps that are one setting; dockerd takes the entries of any other for settings by themselves.
# Evidence: flatOptions in moby's daemon/config/config.go.
_WHOLE = frozenset(
    {"builder", "cluster-store-opts", "default-network-opts", "default-ulimits", "features"}
    | {"log-opts", "runtimes"}
)
# dockerd joins these with its file's
_JOINED = frozenset({"runtimes"})


def left_to_file(asked: Mapping[str, Any], flags: Iterable[DaemonFlag], box: str) -> dict[str, Any]:
    """What of ``asked`` daemon.json is to say: all but what the command line says already.

    Args:
        asked: keys of daemon.json.
        flags: the command line's settings.
        box: what an error calls the box.

    Raises:
        DockwrightError: the command line has another value; dockerd would not start.

    Example:
        >>> flags = [DaemonFlag("debug", "-D", "true")]
        >>> left_to_file({"mtu": 1400, "debug": True}, flags, "docker")
        {'mtu': 1400}
    """
    command_line = list(flags)
    other_file = [flag for flag in command_line if flag.key == "config-file" and flag.value != PATH]
    if other_file and asked:
        raise DockwrightError(
            f"box {box}: daemon.json: {', '.join(asked)}: asked for, and the engine does not read "
            f"{PATH}: its command line has {other_file[-1]}; set it in that file, or take the "
            "flag away (a drop-in of docker.service, or /etc/default/docker)"
        )
    return _left(asked, command_line, values(command_line), box)


def _left(
    asked: Mapping[str, Any], flags: list[DaemonFlag], present: Mapping[str, Any], box: str
) -> dict[str, Any]:
    left: dict[str, Any] = {}
    for key, value in asked.items():
        if isinstance(value, Mapping) and key not in _WHOLE:
            within = _left(value, flags, present, box)
            if within or not value:
                left[key] = within
        elif key not in present or key in _JOINED:
            left[key] = value
        elif not satisfied(value, present[key]):
            shown = json.dumps(value, ensure_ascii=False, default=str)
            named = " ".join(str(flag) for flag in flags if flag.key == key)
            raise DockwrightError(
                f"box {box}: daemon.json: {key}: {'a value' if 'proxy' in key else shown} is asked "
                f"for, and the engine's command line has {named}; dockerd takes a setting from one "
                f"of both only: give that the same value, or move it into {PATH} (it is in "
                "/etc/default/docker or in a drop-in of docker.service), or ask for it no more"
            )
    return left
