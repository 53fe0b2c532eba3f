"""What becomes of a leaf's services, by what a manager has of them: values in, values out.

`service.leaf` asks, tells and does it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dockwright.box.change import Change
from dockwright.service.difference import differences
from dockwright.service.spec import Service
from dockwright.service.state import SwarmService, SwarmServices

_MOST_DETAILS = 6


@dataclass(frozen=True)
class LeafDifference:
    """How a leaf's services differ from what is wanted, and what goes.

    ``changed`` says of each wanted service, by its name, what is another one in it, ``fresh`` are
    those that are not there; ``gone`` are services, ``secrets`` and ``networks`` that nothing
    needs any more; ``label`` is the node, by its ID, that is to keep the leaf's data, with the
    label's key.
    """

    leaf: str
    wanted: tuple[Service, ...]
    changed: Mapping[str, tuple[str, ...]]
    fresh: frozenset[str]
    gone: tuple[str, ...]
    secrets: tuple[str, ...]
    networks: tuple[str, ...]
    label: tuple[str, str] | None

    @property
    def changing(self) -> frozenset[str]:
        """The services that are made or changed."""
        return frozenset(name for name, words in self.changed.items() if words)

    @property
    def is_current(self) -> bool:
        """Whether nothing is to do."""
        return not self.changing and not self.gone and self.label is None and not self._stale

    @property
    def excludes_jobs(self) -> bool:
        """Whether boot jobs can't run beside: by a fixed port of a node, or what both write."""
        return any(one.host_ports or one.writes for one in self.wanted)

    def changes(self) -> Iterator[Change]:
        """What a person is told that changes."""
        for one in self.wanted:
            words = self.changed[one.name]
            if one.name in self.fresh:
                count = f"{one.replicas} task{'' if one.replicas == 1 else 's'}"
                yield Change("+", f"service {one.name}", (count,))
            elif words:
                more = len(words) - _MOST_DETAILS
                shown = (*words[:_MOST_DETAILS], *([f"{more} more"] if more > 0 else []))
                yield Change("~", f"service {one.name}", shown)
        for name in self.gone:
            yield Change("-", f"service {name}")
        for name in self._stale:
            yield Change("-", f"secret {name}")
        if self.label is not None:
            yield Change("~", f"node {self.label[0][:12]}", (f"label {self.label[1]}",))

    def reasons(self) -> list[str]:
        """Why the command is there, for a plan."""
        reasons = [f"{name}: {', '.join(words)}" for name, words in self.changed.items() if words]
        reasons += [f"{name}: is not declared any more" for name in self.gone]
        return reasons + [f"secret {name}: nothing reads it" for name in self._stale]

    @property
    def _stale(self) -> tuple[str, ...]:
        # where a service changes, its former secret goes with it and is no news
        return () if self.changing else self.secrets


def difference(
    leaf: str, wanted: Sequence[Service], has: SwarmServices, label: tuple[str, str] | None = None
) -> LeafDifference:
    """What becomes of the services of ``leaf``.

    Args:
        leaf: its name.
        wanted: the services that it is to be.
        has: what a manager says.
        label: the node that is to be labelled as the one that has its data, and the label's key.

    Example:
        >>> difference("web", (), SwarmServices()).is_current
        True
    """
    mine = {one.name: one for one in has.of_leaf(leaf)}
    changed = {one.name: _differs(one, mine.get(one.name)) for one in wanted}
    changing = {name for name, words in changed.items() if words}
    return LeafDifference(
        leaf,
        tuple(wanted),
        changed,
        fresh=frozenset(changing - mine.keys()),
        gone=tuple(name for name in mine if name not in changed),
        secrets=_unread(leaf, wanted, mine, has, changing),
        networks=_former_networks(wanted, mine),
        label=label,
    )


def _differs(one: Service, had: SwarmService | None) -> tuple[str, ...]:
    if had is None:
        return ("is not there",)
    words = differences(one.spec, had.spec)
    if not words and had.running < one.replicas and had.update in ("paused", "rollback_paused"):
        return (f"{had.running} of {one.replicas} tasks run: its update is {had.update}",)
    return words


def _unread(
    leaf: str,
    wanted: Sequence[Service],
    mine: Mapping[str, SwarmService],
    has: SwarmServices,
    changing: Collection[str],
) -> tuple[str, ...]:
    """Secrets of the leaf that no service reads, nor would if it were put back."""
    needed = {one.secret for one in wanted}
    for name, service in mine.items():
        # what is replaced now is what it may be put back to then
        needed |= _reads(service.spec) if name in changing else service.secrets
    return tuple(sorted(n for n, of in has.secrets.items() if of == leaf and n not in needed))


def _reads(spec: Mapping[str, object]) -> frozenset[str]:
    return SwarmService("", "", spec).secrets


def _former_networks(
    wanted: Sequence[Service], mine: Mapping[str, SwarmService]
) -> tuple[str, ...]:
    closed = {one.closed for one in wanted}
    had = {f"dockwright-{name}" for name, one in mine.items() if _closed(one)}
    return tuple(sorted(name for name in had if name not in closed))


def _closed(one: SwarmService) -> bool:
    networks = (one.spec.get("TaskTemplate") or {}).get("Networks") or ()
    return any(net.get("Target") == f"dockwright-{one.name}" for net in networks)
