"""What a page of a site shows besides its rows: layers, runs, and what a plan would change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.box.fact import fact_of
from dockwright.box.privilege import as_root
from dockwright.box.side_by_side import side_by_side
from dockwright.engine.layers import stored_images
from dockwright.errors import DockwrightError
from dockwright.facts.runs import Runs
from dockwright.picture.graph import Picture
from dockwright.picture.layers import draw
from dockwright.picture.runs import PastRun
from dockwright.picture.store import layers
from dockwright.run.planned import Plan
from dockwright.run.wording.plan import lines
from dockwright.status.cells import moment

_AT_ONCE = 8  # boxes; an engine of many images says much
_RUNS = 200  # of a box, the newest
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass
class PageParts:
    """Filled in while a site is asked.

    ``difference`` is what a plan said, a line each; None: none was made. ``pictures`` are the
    layers of each box's engine.
    """

    difference: list[str] | None = None
    runs: list[PastRun] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def planned(self, made: Plan) -> None:
        """Take what ``made`` would change, as `dockwright plan` prints it.

        Example::

            PageParts().planned(plan(None, Path("deploy/site.py")))
        """
        self.difference = [click.unstyle(line) for line in lines(made)]

    def ask(self, hosts: Sequence[Host]) -> None:
        """Ask ``hosts``, which are connected, for their runs and layers, all at once.

        What one does not answer is left out: a row of the site says how it is.

        Example::

            PageParts().ask([host])
        """
        run: State = ctx_state.get()  # type: ignore[no-untyped-call]

        def ask(host: Host) -> tuple[list[PastRun], Picture | None]:
            with ctx_state.use(run):
                return [*_runs(host)], _layers(host)

        for runs, picture in side_by_side(ask, hosts, _AT_ONCE):
            self.runs += runs
            if picture is not None:
                self.pictures.append(picture)


def _layers(host: Host) -> Picture | None:
    try:
        return draw(layers(stored_images(host)), str(host.name))
    except DockwrightError:
        return None


def _runs(host: Host) -> Iterator[PastRun]:
    try:
        records: list[dict[str, Any]] = fact_of(host, Runs, **as_root(host))
    except DockwrightError:
        return
    for record in records[-_RUNS:]:
        if (run := _run(str(host.name), record)) is not None:
            yield run


def _run(box: str, record: Mapping[str, Any]) -> PastRun | None:
    """A record as others may have written it: None where it has no moment."""
    began = str(record.get("began"))
    at = moment(began) if _MOMENT.fullmatch(began) else None
    seconds, changed = record.get("seconds"), record.get("changed")
    if at is None:
        return None
    return PastRun(
        box,
        at,
        float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 1e6 else 0.0,
        str(record.get("result", "?")),
        str(record.get("who", "")).partition(" ")[0],
        str(record.get("deploy", "")),
        len(changed) if isinstance(changed, list) else 0,
    )
