"""How often boot jobs were started again by their init, and how their containers ended.

It is asked of jobs that were restarted at all (`dockwright.facts.boot`), and so of most boxes
never.
"""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote

from dockwright.box.fact import Fact
from dockwright.engine.place import FIND
from dockwright.engine.restarts import WINDOW, Restarted
from dockwright.errors import DockwrightError, shown
from dockwright.inits.init import INITS
from dockwright.scripts import text

_EVENT = "event {{.Actor.Attributes.name}} {{.Time}} {{.Action}} {{.Actor.Attributes.exitCode}}"
# Each line begins with what it is about; the engine keeps its last 256 events.
_SCRIPT = FIND + "\n" + text("facts/restarts")
_STOPPED = 143  # 128 + SIGTERM: by somebody's hand


class Restarts(Fact[dict[str, Restarted]]):
    """Of each of some jobs, when it was started again in the last quarter of an hour, and why.

    Example::

        host.get_fact(Restarts, "systemd", ["zenweb.web.1"])["zenweb.web.1"].is_loop  # True
    """

    about = "the restarts of its jobs"

    def script(self, init: str, jobs: list[str]) -> str:
        if init not in INITS:
            raise DockwrightError(f"init {shown(init)}: not known; one of {', '.join(INITS)}")
        return (
            _SCRIPT.replace("@WINDOW@", str(WINDOW))
            .replace("@RESTARTS@", INITS[init].again)
            .replace("@LINES@", INITS[init].last)
            .replace("@JOBS@", "\n".join(f"said {quote(job)}" for job in jobs))
            .replace("@EVENT@", _EVENT)
        )

    @staticmethod
    def default() -> dict[str, Restarted]:
        return {}

    def read(self, lines: Iterable[str]) -> dict[str, Restarted]:
        now = 0.0
        engine: list[float] = []
        moments: dict[str, list[float]] = {}
        ended: dict[str, list[tuple[float, int]]] = {}
        killed: set[str] = set()
        said: dict[str, list[str]] = {}
        for one in lines:
            what, _, rest = one.partition(" ")
            job, _, text = rest.partition(" ")
            if what == "now":
                now = float(rest)
            elif what == "engine":
                engine.append(float(rest))
            elif what == "restart":
                moments.setdefault(job, []).append(float(text))
            elif what == "line":
                said.setdefault(job, []).append(text)
            elif what == "event":
                when, action, status = (*text.split(" "), "")[:3]
                if action == "oom":
                    killed.add(job)
                elif action == "die" and status.isdigit():
                    ended.setdefault(job, []).append((float(when), int(status)))
        return {
            job: Restarted(
                now,
                tuple(moments.get(job) or [when for when, status in its if status != _STOPPED]),
                tuple(status for _, status in its),
                job in killed,
                tuple(said.get(job, ())),
                tuple(engine),
            )
            for job in {*moments, *ended, *said}
            if (its := ended.get(job, [])) is not None
        }
