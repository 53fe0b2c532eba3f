"""What is left of a box's file systems: where its engine writes, and we do."""

from __future__ import annotations

from collections.abc import Sequence

from dockwright.box.fact import Fact
from dockwright.box.file_system import FileSystem, read
from dockwright.engine.place import USE
from dockwright.scripts import text

# One that hangs (a network's) must not hold up the others: each is asked for by itself.
_SCRIPT = USE + "\n" + text("facts/room")


class Room(Fact[tuple[FileSystem, ...]]):
    """The file systems on which engine, registry, settings and temporary files are, each once.

    Example::

        [str(one) for one in host.get_fact(Room)]  # ['/ (ext4): 12 GiB of 20 GiB and … left']
    """

    about = "what is left of its file systems"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> tuple[FileSystem, ...]:
        return ()

    def read(self, lines: Sequence[str]) -> tuple[FileSystem, ...]:
        parts = [line.partition(" ") for line in lines]
        engine = next((rest for word, _, rest in parts if word == "engine"), "/var/lib/docker")
        return read([rest for word, _, rest in parts if word == "at"], engine)
