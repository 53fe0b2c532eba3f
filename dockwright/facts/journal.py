"""How much the journal of a box may have, as far as that is ours to say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dockwright.box.fact import Fact
from dockwright.places import JOURNAL
from dockwright.value import Value


@dataclass(frozen=True)
class JournalBound(Value):
    """Our file of journald's settings: its ``text``, None where there is none.

    ``journald`` is whether the box has one.
    """

    journald: bool = False
    text: str | None = None


class Journal(Fact[JournalBound]):
    """The bound of the box's journal.

    Example::

        host.get_fact(Journal).text  # '[Journal]\\nSystemMaxUse=2048M'
    """

    about = "the bound of its journal"

    def script(self) -> str:
        return (
            "[ ! -d /run/systemd/journal ] || echo journald\n"
            f"[ ! -f {JOURNAL} ] || {{ echo file; head -c 65536 {JOURNAL} | sed 's/^/line /'; }}"
        )

    @staticmethod
    def default() -> JournalBound:
        return JournalBound()

    def read(self, said: Iterable[str]) -> JournalBound:
        lines = list(said)
        text = [line.removeprefix("line ") for line in lines if line.startswith("line ")]
        return JournalBound("journald" in lines, "\n".join(text) if "file" in lines else None)
