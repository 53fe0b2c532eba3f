"""Waiting until containers are up: healthy by their HEALTHCHECK, or staying up without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docker import APIClient
from docker.errors import NotFound
from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.engine.client import client, talking
from dockwright.errors import DockwrightError
from dockwright.text import lines

LastLines = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Patience:
    """How long a container may take: ``wait`` seconds until all are up, and where it has no
    HEALTHCHECK, ``steady`` seconds that it must stay up without a restart.
    """

    wait: float = 60
    steady: float = 3


def wait_until_up(
    host: Host, containers: Sequence[str], patience: Patience, last_lines: LastLines
) -> None:
    """Return once every container is healthy, or has stayed up where it has no HEALTHCHECK.

    Args:
        host: the box.
        containers: their names.
        patience: for all of them together.
        last_lines: what a container's name wrote last, for the error: a container that ends is
            gone with its own log.

    Raises:
        DockwrightError: one is not up in time, or is unhealthy before that.

    Example:
        >>> wait_until_up(host, ["zenweb.web.1"], Patience(), lines)  # doctest: +SKIP
    """
    began = told = time.monotonic()
    watch = _Watch(host, patience.steady)
    waiting = list(containers)
    with talking(host):
        while True:
            now = time.monotonic()
            waiting = [name for name in waiting if not watch.is_up(name, now)]
            if not waiting:
                break
            late = now - began > patience.wait
            if late or watch.unhealthy:
                name = watch.unhealthy or waiting[0]
                last = "".join(f"\n    {line}" for said in last_lines(name) for line in lines(said))
                raise DockwrightError(
                    f"container {name}: {watch.says(name)} after {now - began:.0f} s; "
                    f"its last lines:{last or ' none'}"
                )
            if now - told > 5:
                told = now
                log.info(host, f"waiting for {', '.join(waiting)}, {now - began:.0f} s")
            time.sleep(0.25)
    took = time.monotonic() - began
    log.info(host, f"{', '.join(containers)}: up after {took:.1f} s")


class _Watch:
    def __init__(self, host: Host, steady: float) -> None:
        self.engine: APIClient = client(host)
        self.steady = steady
        self.seen: dict[str, tuple[str, float]] = {}
        self.restarted: set[str] = set()
        self.unhealthy: str | None = None

    def is_up(self, name: str, now: float) -> bool:
        state = self.state(name)
        if not state.get("Running"):
            return False
        start = str(state["StartedAt"])
        if self.seen.setdefault(name, (start, now))[0] != start:
            self.seen[name] = (start, now)
            self.restarted.add(name)
        health = state.get("Health")
        if health:
            # the engine says so only after the retries that its image allows
            if health["Status"] == "unhealthy":
                self.unhealthy = name
            return bool(health["Status"] == "healthy")
        return now - self.seen[name][1] >= self.steady

    def says(self, name: str) -> str:
        state = self.state(name)
        if name in self.restarted or not state.get("Running"):
            return "ends as soon as it starts,"
        health = (state.get("Health") or {}).get("Status", "without HEALTHCHECK")
        return f"{state.get('Status')}, {health},"

    def state(self, name: str) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = self.engine.inspect_container(name)["State"]
        except NotFound:
            return {}
        return found
