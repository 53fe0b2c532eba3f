"""Where a box's engine listens, found out on the box itself, in `sh`.

Nobody's docker context, DOCKER_HOST or login has a part in it: the process that runs is asked
for the sockets it was given, its init for those that it listens on, and what nobody names is where
the engine listens by default. An engine that is another job's than the one of its name is asked
like any other; what hangs on that name refuses it (`EngineJob.elsewhere`).
"""

from __future__ import annotations

from dockwright.inits.init import MACHINES, engine_job, of_engine
from dockwright.scripts import text
from dockwright.ways_out import WayOut, way_out

# what a line says that can't know the box's init
SEE_LOG = f"see its log there ({', '.join(engine_job(name).log for name in MACHINES)})"
_NO_INIT = r"""
engine_sockets() { :; }
engine_elsewhere() { :; }
engine_process() { pidof dockerd 2>/dev/null | tr ' ' '\n' | head -n 1; }
"""

# After it `engine` says the engine's state, in one word and what belongs to it:
#   ready SOCKET, stopped, silent (it runs, and listens on no socket of the box), none (there is
#   no docker client)
# An engine that somebody stopped is stopped: a mere question starts none (docker.socket would).
FIND = of_engine(lambda name, job: job.find, _NO_INIT) + "\n" + text("engine/find")
# After it `docker` speaks with that engine, where `state` says that one is ready.
USE = (
    FIND
    + r"""
state=$(engine)
docker() { command docker -H "unix://${state#ready }" "$@"; }
"""
)
# After it `docker` and what calls it speak with that engine, where one is ready.
EXPORT = (
    FIND
    + r"""
state=$(engine)
case $state in ready*) export DOCKER_HOST="unix://${state#ready }" ;; esac
"""
)


def why_not(box: str, state: str) -> str | None:
    """Why an engine in ``state`` can't be asked, in one line; None where it can.

    Args:
        box: the box's name.
        state: what ``engine`` of `FIND` says.

    Example:
        >>> why_not("web1", "ready /run/docker.sock") is None
        True
        >>> why_not("web1", "stopped")[:34]
        'box web1: its engine does not run;'
    """
    word = state.partition(" ")[0]
    if word == "ready":
        return None
    if word == "stopped":
        start = way_out(WayOut.START_ENGINE)
        return f"box {box}: its engine does not run; {start}, or {SEE_LOG}"
    if word == "silent":
        return (
            f"box {box}: its engine listens on no socket of the box; let it listen on "
            "unix:///run/docker.sock too"
        )
    return f"box {box}: there is no docker client on it; {way_out(WayOut.INSTALL_ENGINE)}"
