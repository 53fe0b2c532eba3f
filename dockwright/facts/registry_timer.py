"""What a registry's box does for it by itself: the files of the timer, and its state."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field

from dockwright.box.fact import Fact
from dockwright.places import TIDY
from dockwright.value import Value

# no name of a leaf's job, which has two dots: no run takes it for one
UNIT = "dockwright-registry-tidy"
FOLDER = "/etc/systemd/system"


@dataclass(frozen=True)
class TimerFiles(Value):
    """The texts of its files by their paths, and what systemd says of the timer.

    ``state`` is whether it comes up with the machine (``enabled``), ``active`` whether it waits
    for its next time.
    """

    systemd: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    state: str = ""
    active: str = ""


class RegistryTimer(Fact[TimerFiles]):
    """The timer of the registry's box.

    Example::

        host.get_fact(RegistryTimer).state  # 'enabled'
    """

    about = "its registry's timer"

    def script(self) -> str:
        paths = f"{TIDY} {FOLDER}/{UNIT}.service {FOLDER}/{UNIT}.timer"
        return (
            "[ ! -d /run/systemd/system ] || echo systemd\n"
            f"for path in {paths}; do\n"
            '  [ ! -f "$path" ] || echo "file $path $(head -c 65536 "$path" | base64 -w0)"\n'
            "done\n"
            f'echo "state $(systemctl is-enabled {UNIT}.timer 2>/dev/null)"\n'
            f'echo "active $(systemctl is-active {UNIT}.timer 2>/dev/null)"'
        )

    @staticmethod
    def default() -> TimerFiles:
        return TimerFiles()

    def read(self, said: Iterable[str]) -> TimerFiles:
        systemd, texts, words = False, {}, {"state": "", "active": ""}
        for line in said:
            what, _, rest = line.partition(" ")
            if what == "systemd":
                systemd = True
            elif what == "file":
                path, _, text = rest.partition(" ")
                texts[path] = base64.b64decode(text, validate=True).decode().strip()
            elif what in words:
                words[what] = rest.strip()
        return TimerFiles(systemd, texts, words["state"], words["active"])
