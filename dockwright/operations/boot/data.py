"""A leaf begins on a box only where its data is, or where there is none anywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pyinfra import host
from pyinfra.api.state import State

from dockwright.boot.data import data_of, lasting
from dockwright.boot.job import Job
from dockwright.boot.placing import Elsewhere, Lies, named, placing
from dockwright.box import log
from dockwright.box.this_run import once, this_run
from dockwright.commands.expected import ENGINE, check_settled
from dockwright.errors import DockwrightError, NotReady
from dockwright.facts.data import Data
from dockwright.facts.of_each import of_each


def check_data(leaf: str, jobs: Sequence[Job], elsewhere: Elsewhere) -> None:
    """Make sure that ``leaf``, which the box has no jobs of, does not begin with nothing there.

    What all boxes have is asked once in a run, before the leaf begins anywhere: on the first day
    it may begin on several boxes.

    Args:
        leaf: its name.
        jobs: those that it is to have.
        elsewhere: the boxes where its data may be.

    Raises:
        DockwrightError: its data is on other boxes, and not on this one.
        NotReady: a box that may have it does not answer.

    Example::

        check_data("wiki", wanted.jobs, Elsewhere(("app1", "app2")))
    """
    sources = lasting(one for job in jobs for one in data_of(job.argv))
    box = str(host.name)
    if not sources or not {*elsewhere.boxes, *elsewhere.former} - {box}:
        return
    has = _all_have(leaf, {*elsewhere.boxes, box}, sources)
    placement = placing(box, sources, has, elsewhere)
    if placement.elsewhere:
        where = "; ".join(
            f"box {other}{_former(other, elsewhere)} ({named(its)})"
            for other, its in placement.elsewhere.items()
        )
        raise DockwrightError(
            f"box {box}: {leaf} would begin with nothing: its data is on {where}; {elsewhere.ways}"
        )
    for other in placement.silent:
        check_settled(other, [ENGINE])
    if placement.silent:
        lacking = named(sources.difference((has.get(box) or Lies()).held))
        raise NotReady(
            f"box {box}: {leaf} would begin with nothing, and box {', '.join(placement.silent)}, "
            f"which may have its data ({lacking}), does not answer; mend that one, or "
            f"{elsewhere.ways}"
        )
    for other, its in placement.twice.items():
        line = f"{leaf} begins with the {named(its)} that is here; box {other} has one too"
        log.info(host, line)
        this_run(host.state).reminders.append(f"box {box}: {line}")


def _former(box: str, elsewhere: Elsewhere) -> str:
    return ", which is not in the inventory any more" if box in elsewhere.former else ""


def _all_have(
    leaf: str, boxes: Collection[str], sources: Collection[str]
) -> Mapping[str, Lies | None]:
    """What each box has: asked once, and where that is not known once more behind what starts it.

    The first box whose turn it is asks again, so before the leaf begins on any.
    """
    run, key = host.state, ("data of", leaf, sources)
    has = once(run, key, lambda: _has(run, boxes, sources))
    unknown = [box for box, one in has.items() if one is None or one.unknown]
    if not run.is_executing or not unknown:
        return has
    return {**has, **once(run, (*key, "then"), lambda: _has(run, unknown, sources))}


def _has(run: State, boxes: Collection[str], sources: Collection[str]) -> Mapping[str, Lies | None]:
    said = of_each(run, sorted(boxes), Data, tuple(sorted(sources)))
    return {box: None if isinstance(one, DockwrightError) else one for box, one in said.items()}
