"""What is said of a container that does not come up; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dockwright.errors import DockwrightError
from dockwright.text import line, lines

# A job that ended this often since it was told to start has failed, however long it may still wait.
MOST_ENDS = 3
_ENDS = (
    "ends with 0: a boot job runs for ever; call it release: to run it once before each switch, or "
    "give it a time (@daily)"
)
_OTHERS_CHECK = (
    "its health check is its image's, and it publishes no port: if that check asks for another "
    "process, write --no-healthcheck into this one's line of the Procfile, or a --health-cmd of "
    "its own"
)


@dataclass
class Ends:
    """How often a job ended since it was told to start.

    ``statuses`` has the exit status of each container that ended, by its ID (None: it did not even
    start); ``restarts`` is how often the init had to start it again, where the init counts.
    """

    statuses: dict[str, int | None]
    restarts: int = 0

    @property
    def too_many(self) -> bool:
        """Whether it has failed, with no use in waiting for it.

        Example:
            >>> Ends({"a": 0}).too_many, Ends({}, restarts=3).too_many
            (False, True)
        """
        return max(len(self.statuses), self.restarts) >= MOST_ENDS

    @property
    def well(self) -> bool:
        """Whether it has failed by ending well each time: it is no job that an init keeps up.

        Example:
            >>> Ends({"a": 0, "b": 0, "c": 0}).well, Ends({"a": 0, "b": 0, "c": 1}).well
            (True, False)
        """
        return len(self.statuses) >= MOST_ENDS and set(self.statuses.values()) == {0}

    def __str__(self) -> str:
        """As an error says it; empty where it never ended.

        Example:
            >>> str(Ends({"a": 1, "b": 3}))
            'ended twice, the last time with status 3'
        """
        if not self.statuses:
            often = times(self.restarts)
            return f"was restarted {often}, and has no container" if self.restarts else ""
        status = list(self.statuses.values())[-1]
        how = "without having started" if status is None else f"with status {status}"
        last = "" if len(self.statuses) == 1 else "the last time "
        return f"ended {times(len(self.statuses))}, {last}{how}"


class EndsWell(DockwrightError):
    """A container ends with status 0 as often as it is started; ``job`` is its name."""

    def __init__(self, message: str, job: str) -> None:
        super().__init__(message)
        self.job = job


def has_others_check(container: Mapping[str, Any], image: Mapping[str, Any]) -> bool:
    """Whether a container that publishes no port is checked as its image says.

    Such a check asks most often for what another process of the image serves.

    Args:
        container: as the engine has it.
        image: its image, likewise.

    Example:
        >>> check = {"Config": {"Healthcheck": {"Test": ["CMD", "true"]}}}
        >>> has_others_check(check, check)
        True
    """
    test, its = (
        (((one.get("Config") or {}).get("Healthcheck")) or {}).get("Test")
        for one in (container, image)
    )
    published = (container.get("HostConfig") or {}).get("PortBindings")
    return bool(test) and test == its and not published


def why(
    name: str,
    state: Mapping[str, Any],
    health: Mapping[str, Any],
    ends: Ends,
    seconds: float,
    last: Sequence[str],
    others_check: bool = False,
) -> str:
    """The error of a container that is not up.

    Args:
        name: its name.
        state: its State as the engine has it; empty where there is no such container.
        health: the last ``Health`` that was seen of it, as it goes with the container.
        ends: how often it ended.
        seconds: how long it was waited for.
        last: what it wrote last, by lines.
        others_check: what `has_others_check` says of it.

    Example:
        >>> print(why("app.web.1", {}, {}, Ends({"a": 3, "b": 3, "c": 3}), 6.4, ["disk full"]))
        container app.web.1: ended 3 times, the last time with status 3, after 6 s; its last lines:
            disk full
    """
    said = [str(ends)] if str(ends) else []
    if state.get("Running"):
        status = (state.get("Health") or {}).get("Status", "without HEALTHCHECK")
        said.append(f"{state.get('Status')}, {status}")
    elif not ends.too_many:
        said.append("does not run")
    text = f"container {name}: {', '.join(said)}, after {seconds:.0f} s"
    if checked := _check(health):
        text += f"; its health check: {checked}"
    if others_check and state.get("Running"):
        text += f"; {_OTHERS_CHECK}"
    if ends.well:
        text += f"; {_ENDS}"
    shown = "".join(f"\n    {one}" for one in last)
    return f"{text}; its last lines:{shown or ' none'}"


def _check(health: Mapping[str, Any]) -> str:
    """The last line that a health check wrote which failed; empty where none did or wrote any."""
    log = health.get("Log") or ()
    failed = [one for one in log if one.get("ExitCode")]
    written = (
        [said for said in lines(failed[-1].get("Output") or "") if said.strip()] if failed else []
    )
    return line(written[-1].strip(), 300) if written else ""


def times(count: int) -> str:
    """How often, in words.

    Example:
        >>> times(2), times(13)
        ('twice', '13 times')
    """
    return "once" if count == 1 else "twice" if count == 2 else f"{count} times"
