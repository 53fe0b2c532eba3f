"""How far a service is on its way to its specification, by what its tasks say; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dockwright.service.difference import flat
from dockwright.service.state import named_networks

MOST_FAILURES = 3  # of a service that is new: it has nothing to go back to
_ENDED = ("failed", "rejected", "orphaned")
_PUT_BACK = ("rollback_started", "rollback_completed", "rollback_paused", "paused")
_UNDER_WAY = "updating"


@dataclass(frozen=True)
class Convergence:
    """Where a service is.

    ``up`` is how many tasks run as it is specified; ``failures`` are the tasks that ended, the
    newest first.
    """

    up: int
    wanted: int
    update: str
    failures: tuple[Mapping[str, Any], ...]
    waits: str = ""  # why a task has no node

    @property
    def done(self) -> bool:
        """Whether all of it is as specified, and Swarm is content with it.

        Example:
            >>> Convergence(2, 2, "completed", ()).done, Convergence(2, 2, "updating", ()).done
            (True, False)
        """
        return self.all_up and self.update not in (_UNDER_WAY, *_PUT_BACK)

    @property
    def all_up(self) -> bool:
        """Whether as many tasks run as it is to have, of the specification that it has now."""
        return self.up >= self.wanted

    @property
    def back(self) -> bool:
        """Whether Swarm puts the former one back, or left it where it failed.

        Example:
            >>> Convergence(0, 1, "rollback_completed", ()).back
            True
        """
        return self.update in _PUT_BACK


def progress(
    service: Mapping[str, Any], tasks: Sequence[Mapping[str, Any]], before: frozenset[str]
) -> Convergence:
    """Where a service is.

    Args:
        service: as the engine has it.
        tasks: its tasks, the newest first.
        before: IDs of tasks that ended before it was changed.

    Example:
        >>> spec = {"Mode": {"Replicated": {"Replicas": 1}}, "TaskTemplate": {}}
        >>> progress({"Spec": spec}, [], frozenset()).done
        False
    """
    spec = service["Spec"]
    template = flat(named_networks(spec, {})["TaskTemplate"])
    wanted = int(spec["Mode"]["Replicated"].get("Replicas") or 0)
    up = [
        one
        for one in tasks
        if one["DesiredState"] == "running"
        and one["Status"]["State"] == "running"
        and flat(one["Spec"]) == template
    ]
    failures = [
        one for one in tasks if one["Status"]["State"] in _ENDED and one["ID"] not in before
    ]
    waiting = [
        str(one["Status"].get("Err") or "")
        for one in tasks
        if one["DesiredState"] == "running" and one["Status"]["State"] == "pending"
    ]
    update = str((service.get("UpdateStatus") or {}).get("State") or "")
    return Convergence(len(up), wanted, update, tuple(failures), next(filter(None, waiting), ""))


def ended(tasks: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """IDs of those of some tasks that ended by themselves.

    Example:
        >>> ended([{"ID": "q3d2", "Status": {"State": "failed"}}])
        frozenset({'q3d2'})
    """
    return frozenset(str(one["ID"]) for one in tasks if one["Status"]["State"] in _ENDED)


def why(task: Mapping[str, Any]) -> str:
    """Why a task ended, in words.

    Example:
        >>> why({"Status": {"State": "failed", "Err": "task: non-zero exit (3)"}})
        'failed: task: non-zero exit (3)'
    """
    status = task["Status"]
    said = status.get("Err") or status.get("Message") or ""
    return f"{status['State']}: {said}" if said else str(status["State"])
