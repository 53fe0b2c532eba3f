"""A site of somebody's own, in a folder of its own, with the wheel: three boxes that all differ.

``app1`` runs the front and the backend, ``app2`` the database and a clock, ``hub`` the registry.
"""

from pathlib import Path
from typing import Any

from tests.lab.labs.installed import install
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.own_site import COPY, LOOP, OwnSite, server

LAB = OwnLab("stranger", "192.168.58.0/24", ("app1", "app2", "hub"))
BOXES = {box: LAB.address(box) for box in LAB.boxes}
DATA = {
    "dockwright_base_source": "bootstrap",
    "dockwright_after": {"front": ["backend"], "backend": ["db"]},
    "dockwright_env": {"backend": {"GREETING": "hello"}},
    "dockwright_wait_seconds": 20,
}
LEAVES = {"app1": ["front", "backend"], "app2": ["db", "clock"]}
PROCFILES = {
    "front": "web: docker run --stop-timeout 1 -p 8000:8000 front",
    "backend": "web: docker run --stop-timeout 1 -p 8100:8100 -e PAGE=/www backend",
    "db": "db: docker run --stop-timeout 1 -p 5432:5432 -v dbdata:/data db",
    "clock": "clock: docker run --stop-timeout 1 clock",
}


class Stranger(OwnSite):
    """The boxes and the folder; its commands are the wheel's. All is made from bare."""

    given = False

    def __init__(self, state: Path) -> None:
        super().__init__(LAB, state, ("hub",))
        self.environment["PATH"] = f"{state}/venv/bin:{self.environment['PATH']}"

    def declare(self, **leaves: list[str]) -> None:
        """The inventory; ``leaves`` of a box are those it runs, by default `LEAVES`."""
        self.write({**LEAVES, "hub": [], **leaves})

    def keys(self, **changed: Any) -> None:
        """The site's data, with further keys."""
        self.data(**{**DATA, **changed})

    def as_ever(self) -> None:
        """The site as it was first, whatever a test made of it."""
        self.no_leaf("newcomer")
        self.declare()
        self.keys()
        self.leaf("front", PROCFILES["front"], *COPY, server(8000))
        self.leaf("backend", PROCFILES["backend"], *COPY, server(8100))
        self.leaf("db", PROCFILES["db"], *COPY, server(5432))
        self.leaf("clock", PROCFILES["clock"], *COPY, f"CMD {LOOP}")


def stand_up(state: Path) -> Stranger:
    """The boxes, which are up, and the folder, with the first run of the site behind it."""
    made = Stranger(state)
    install(state)
    made.furnish("app1")
    made.as_ever()
    return made
