"""The init systems that boxes may have boot jobs of: `INITS`, by the name that a site says.

A further one is a file beside this one, its templates, and an entry here.
"""

from __future__ import annotations

from collections.abc import Callable

from dockwright.errors import DockwrightError
from dockwright.inits import supervisord, systemd, upstart
from dockwright.inits.engine.job import Argv as Argv
from dockwright.inits.engine.job import EngineJob
from dockwright.inits.system import Init as Init
from dockwright.inits.system import Steps as Steps

INITS = {
    "systemd": systemd.INIT,
    "upstart": upstart.INIT,
    "supervisord": supervisord.INIT,
}


def engine_job(init: str | None) -> EngineJob:
    """The Docker engine as a job of the machine's init of that name.

    Raises:
        DockwrightError: it is none that has the engine.

    Example:
        >>> engine_job("systemd").name
        'docker.service'
    """
    job = INITS[init].engine if init in INITS else None
    if job is None:
        raise DockwrightError(f"init {init or 'unknown'}: none of {', '.join(MACHINES)}")
    return job


# those that have the engine as a job, the first one first where a machine has several
MACHINES = tuple(name for name, init in INITS.items() if init.engine is not None)


# those that a box may have beside its machine's own
BESIDE = tuple(name for name in INITS if name not in MACHINES)


def has_job() -> str:
    """The condition of a shell that the container ``$name`` is that of a job of ours.

    Example:
        >>> has_job().partition(" || ")[0]
        '[ -e "/etc/systemd/system/dockwright-$name.service" ]'
    """
    return " || ".join(f'[ -e "{init.paths_of("$name")[0]}" ]' for init in INITS.values())


def of_jobs(part: Callable[[str, Init], str]) -> str:
    """Lines of a shell: ``part`` of the init that a box's boot jobs are of.

    An init beside the machine's own is asked for first: it is the box's where it has jobs of ours.

    Args:
        part: gets the name and the init, and gives lines.

    Example:
        >>> of_jobs(lambda name, init: f"  echo {name}").splitlines()[-3:]
        ['elif command -v initctl >/dev/null; then', '  echo upstart', 'fi']
    """
    return _cases({name: part(name, INITS[name]) for name in (*BESIDE, *MACHINES)})


def of_engine(part: Callable[[str, EngineJob], str], otherwise: str = "") -> str:
    """Lines of a shell: ``part`` of the init that a machine runs, and so its engine.

    Args:
        part: gets the init's name and its job, and gives lines.
        otherwise: lines for a machine with none of them.

    Example:
        >>> of_engine(lambda name, job: f"  echo {job.name}").splitlines()[-3:]
        ['elif command -v initctl >/dev/null; then', '  echo docker', 'fi']
    """
    return _cases({name: part(name, engine_job(name)) for name in MACHINES}, otherwise)


def _cases(parts: dict[str, str], otherwise: str = "") -> str:
    cases = [f"if {INITS[name].here}; then{_block(text)}" for name, text in parts.items()]
    return f"{'el'.join(cases)}{f'else{_block(otherwise)}' if otherwise else ''}fi\n"


def _block(text: str) -> str:
    lines = text.strip("\n")
    return f"\n{lines}\n"
