"""What a box has of the volumes and folders that leaves write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from shlex import quote

from dockwright.boot.placing import Lies
from dockwright.box.fact import Fact
from dockwright.engine.place import USE
from dockwright.scripts import text

# A volume that a driver keeps elsewhere has no folder here, and may have anything in it. One of an
# engine that does not run is looked for where engines keep them by default. What is neither folder
# nor file, as a socket of the box, is nobody's data.
_SCRIPT = USE + "\n" + text("facts/data")


class Data(Fact[Lies]):
    """Which of some volumes, by name, and folders, by path, a box has with something in them.

    Needs root, who may look into all of them.

    Example::

        host.get_fact(Data, ["dbdata", "/srv/wiki"]).held  # ('dbdata',)
    """

    about = "what it has of its leaves' data"

    def script(self, sources: Sequence[str]) -> str:
        return f"({_SCRIPT.replace('@SOURCES@', ' '.join(map(quote, sources)))})"

    @staticmethod
    def default() -> Lies:
        return Lies()

    def read(self, lines: Iterable[str]) -> Lies:
        said: dict[str, list[str]] = {"held": [], "unknown": []}
        for line in lines:
            word, _, source = line.partition(" ")
            said[word].append(source)
        return Lies(tuple(said["held"]), tuple(said["unknown"]))
