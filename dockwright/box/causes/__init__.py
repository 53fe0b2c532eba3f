"""Why a box could not be connected, as one line: the cause's own words, its value, its way out.

Pure: what was raised, and what pyinfra was asked for, go in; `dockwright.box.reach` gathers them.
A cause is a function that gives its words, or None where it is another one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pyinfra.api.exceptions import ConnectError

from dockwright.box.causes import login, network, settings
from dockwright.box.causes.asked import Asked, chain, words
from dockwright.errors import shown

__all__ = ["Asked", "line"]

_CAUSES: tuple[Callable[[BaseException, Asked], str | None], ...] = (
    settings.key_file,
    settings.config,
    settings.proxy,
    network.name,
    network.refused,
    login.host_key,
    login.login,
    login.session,
    network.greeting,
    network.silence,
)


def line(error: BaseException, asked: Asked) -> str:
    """Why it failed, as ``box NAME: thing (value); way out``.

    Args:
        error: what was raised, with what it came from.
        asked: what was tried.

    Example:
        >>> line(ConnectionRefusedError(111, "refused"), Asked("docker", "10.0.0.1"))
        'box docker: connection refused (10.0.0.1:22); start its SSH server, or correct ssh_port'
    """
    errors = tuple(chain(error))
    who = f"box {asked.box}: "
    if (hop := network.hop(errors)) is not None:
        if (reason := network.forwarding(errors, hop, asked)) is not None:
            return who + reason
        name, port, user = hop
        who += f"jump host {shown(name)}: "
        asked = replace(asked, address=name, port=port, user=user, is_jump=True)
        asked = replace(asked, key="", password=False, proxy="", said="")
    for cause in _CAUSES:
        for one in reversed(errors):  # what came first tells most
            if (reason := cause(one, asked)) is not None:
                return who + reason
    known = [one for one in errors if not isinstance(one, ConnectError)] or [error]
    return f"{who}cannot be reached ({words(known[0])}); see its data in the inventory"
