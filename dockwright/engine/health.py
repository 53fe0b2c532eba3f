"""Waiting until containers are up: healthy by their HEALTHCHECK, or staying up without one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from docker import APIClient
from docker.errors import NotFound
from pyinfra import logger
from pyinfra.api.host import Host

from dockwright.engine.connect import client, talking
from dockwright.errors import DockwrightError

# Seconds a container without HEALTHCHECK must stay up without a restart.
STEADY = 3.0
_LAST_LINES = 20


def wait_until_up(host: Host, containers: Sequence[str], seconds: float) -> None:
    """Return once every container is healthy, or has stayed up where it has no HEALTHCHECK.

    Args:
        host: the box.
        containers: their names.
        seconds: for all of them together.

    Raises:
        DockwrightError: one is not up in time; its last lines are shown.

    Example:
        >>> wait_until_up(host, ["zenweb.web.1"], 60)  # doctest: +SKIP
    """
    began = told = time.monotonic()
    first_seen: dict[str, tuple[str, float]] = {}
    waiting = list(containers)
    with talking(host):
        engine = client(host)
        while True:
            now = time.monotonic()
            waiting = [name for name in waiting if not _up(engine, name, first_seen, now)]
            if not waiting:
                break
            if now - began > seconds:
                raise DockwrightError(_failure(engine, waiting[0], seconds))
            if now - told > 5:
                told = now
                logger.info(
                    f"{host.print_prefix}waiting for {', '.join(waiting)}, {now - began:.0f} s"
                )
            time.sleep(0.25)
    took = time.monotonic() - began
    logger.info(f"{host.print_prefix}{', '.join(containers)}: up after {took:.1f} s")


def _up(engine: APIClient, name: str, seen: dict[str, tuple[str, float]], now: float) -> bool:
    state = _state(engine, name)
    if not state.get("Running"):
        return False
    health = state.get("Health")
    if health:
        return bool(health["Status"] == "healthy")
    start = str(state["StartedAt"])
    if seen.setdefault(name, (start, now))[0] != start:
        seen[name] = (start, now)
    return now - seen[name][1] >= STEADY


def _state(engine: APIClient, name: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = engine.inspect_container(name)["State"]
    except NotFound:
        return {}
    return found


def _failure(engine: APIClient, name: str, seconds: float) -> str:
    state = _state(engine, name)
    health = (state.get("Health") or {}).get("Status", "no HEALTHCHECK")
    said = f"{state.get('Status')}, {health}" if state else "there is no such container"
    lines = ""
    if state:
        log = engine.logs(name, tail=_LAST_LINES).decode("utf-8", "replace")
        lines = "".join(f"\n    {line}" for line in log.splitlines())
    return (
        f"container {name}: not up within {seconds:.0f} s ({said}); see "
        f"`journalctl -u dockwright-{name}`; its last lines:{lines or ' none'}"
    )
