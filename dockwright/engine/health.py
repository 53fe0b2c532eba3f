"""Waiting until containers are up: healthy by their HEALTHCHECK, or staying up without one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pyinfra.api.host import Host

from dockwright import sdk
from dockwright.box import log
from dockwright.engine.client import client, talking
from dockwright.engine.unwell import Ends, EndsWell, has_others_check, why
from dockwright.errors import DockwrightError

_EVERY = 0.25  # seconds between two looks
_RARELY = 1.0  # seconds between two questions to the init


@dataclass(frozen=True)
class Patience:
    """How long a container may take: ``wait`` seconds until those that are started together are
    up, and where it has no HEALTHCHECK, ``steady`` seconds that it must stay up without a restart.
    ``outlive`` are seconds that some must stay up, healthy or not: those were in a loop.
    """

    wait: float = 60
    steady: float = 3
    outlive: Mapping[str, float] = field(default_factory=dict)


class InitOfJobs(Protocol):
    """What the box's init knows of jobs behind a mark (`dockwright.switching.said`)."""

    def mark(self, jobs: Sequence[str]) -> float:
        """Begin to look; the box's time, in seconds since 1970."""

    def last_lines(self, job: str) -> Sequence[str]:
        """What the job's containers wrote last: one that ends is gone with its own log."""

    def restarts(self, job: str) -> int:
        """How often it started the job again by itself."""


class Watch:
    """Containers of a box that are being started, or were; each is called as its job.

    One that ended three times since it was marked has failed, and is not waited for any longer:
    its engine is asked which containers of that name ended, so that none is too fast to be seen.

    Args:
        host: the box.
        patience: how long each of them may take.
        init: what the box's init knows of them.

    Example::

        watch = Watch(host, Patience(), said)
        watch.mark(["zenweb.web.1"])
        watch.until_up(["zenweb.web.1"])
    """

    def __init__(self, host: Host, patience: Patience, init: InitOfJobs) -> None:
        self.host, self.patience, self.init = host, patience, init
        self._seen: dict[str, tuple[str, float]] = {}
        self._health: dict[str, Mapping[str, Any]] = {}
        self._ends: dict[str, Ends] = {}
        self._former: dict[str, str] = {}
        self._since: dict[str, float] = {}
        self._ahead = 0.0  # of our clock, which has no date
        self._asked = 0.0

    def mark(self, containers: Sequence[str]) -> None:
        """What ends from now on counts, but for the containers that are there already.

        Raises:
            DockwrightError: the box or its engine does not answer.

        Example::

            watch.mark(["zenweb.web.1"])
        """
        with talking(self.host):
            moment = self.init.mark(containers)
            self._ahead = moment - time.monotonic()
            for name in containers:
                self._former[name] = str(self._container(name).get("Id", ""))
                self._ends[name], self._since[name] = Ends({}), moment
                self._health.pop(name, None)
                self._seen.pop(name, None)

    def until_up(self, containers: Sequence[str]) -> None:
        """Return once every container is healthy, or has stayed up where it has no HEALTHCHECK.

        Raises:
            DockwrightError: one is not up in time, is unhealthy, or ended three times before
                (`EndsWell`: with status 0 each time).

        Example::

            watch.until_up(["zenweb.web.1"])
        """
        if unmarked := [name for name in containers if name not in self._ends]:
            self.mark(unmarked)
        began = logged_at = time.monotonic()
        waiting = list(containers)
        with talking(self.host):
            while True:
                now = time.monotonic()
                states = {name: self._state(name, now) for name in waiting}
                waiting = [name for name in waiting if not self._is_up(name, states[name], now)]
                if not waiting:
                    break
                failed = [name for name in waiting if self._has_failed(name, states[name], now)]
                if failed or now - began > self.patience.wait:
                    name = (failed or waiting)[0]
                    said = self._why(name, states[name], now - began)
                    raise EndsWell(said, name) if self._ends[name].well else DockwrightError(said)
                if now - logged_at > 5:
                    logged_at = now
                    log.info(self.host, f"waiting for {', '.join(waiting)}, {now - began:.0f} s")
                time.sleep(_EVERY)
        took = time.monotonic() - began
        log.info(self.host, f"{', '.join(containers)}: up after {took:.1f} s")

    def _state(self, name: str, now: float) -> Mapping[str, Any]:
        container = self._container(name)
        state: Mapping[str, Any] = container.get("State", {})
        if state.get("Running"):
            start = f"{container['Id']} {state['StartedAt']}"
            if self._seen.setdefault(name, (start, now))[0] != start:
                self._seen[name] = (start, now)
        if state.get("Health"):
            self._health[name] = state["Health"]
        return state

    def _is_up(self, name: str, state: Mapping[str, Any], now: float) -> bool:
        if not state.get("Running"):
            return False
        stayed, least = now - self._seen[name][1], self.patience.outlive.get(name, 0.0)
        if health := state.get("Health"):
            return bool(health["Status"] == "healthy") and stayed >= least
        return stayed >= max(self.patience.steady, least)

    def _has_failed(self, name: str, state: Mapping[str, Any], now: float) -> bool:
        health = state.get("Health") or {}
        # the engine says so after the retries that its image allows, and of one that ended at once
        if state.get("Running") and health.get("Status") == "unhealthy":
            return True
        ends = self._ends[name]
        ends.statuses.update(self._ended(name, now))
        if not state.get("Running") and now - self._asked > _RARELY:
            # where no container can be made there is none that ends
            ends.restarts, self._asked = self.init.restarts(name), now
        # what was in a loop has not left it
        loops = name in self.patience.outlive and len(ends.statuses) > 1
        return loops or ends.too_many

    def _ended(self, name: str, now: float) -> dict[str, int | None]:
        """The containers of that name that ended since its mark, and with which status."""
        known = self._ends[name].statuses
        statuses: dict[str, int | None] = {}
        # the SDK's types know whole seconds only, and the engine fractions
        since: Any = f"{self._since[name]:.9f}"
        until: Any = f"{self._ahead + now:.9f}"
        events = self._engine.events(
            since=since,
            until=until,
            filters={"container": [name], "event": ["die", "destroy"]},
            decode=True,
        )
        for event in events:
            which = str(event["Actor"]["ID"])
            if which == self._former[name] or event["Actor"]["Attributes"].get("name") != name:
                continue
            statuses.setdefault(which, known.get(which))
            if event["Action"] == "die":
                statuses[which] = int(event["Actor"]["Attributes"]["exitCode"])
        return statuses

    def _why(self, name: str, state: Mapping[str, Any], seconds: float) -> str:
        health, ends = self._health.get(name, {}), self._ends[name]
        time.sleep(_EVERY)  # for the last one's words to come to the init's log
        last = self.init.last_lines(name)
        return why(name, state, health, ends, seconds, last, self._has_others_check(name))

    def _has_others_check(self, name: str) -> bool:
        container = self._container(name)
        try:
            image = self._engine.inspect_image(container.get("Image", ""))  # type: ignore[no-untyped-call]
        except (sdk.NotFound, sdk.NullResource):
            return False
        return has_others_check(container, image)

    def _container(self, name: str) -> Mapping[str, Any]:
        try:
            inspection: Mapping[str, Any] = self._engine.inspect_container(name)
        except sdk.NotFound:
            return {}
        return inspection

    @property
    def _engine(self) -> sdk.APIClient:
        return client(self.host)
