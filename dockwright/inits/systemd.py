"""systemd: a target for each leaf, and a service or timer for each job that goes with it."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from dockwright.boot.job import Group
from dockwright.errors import DockwrightError
from dockwright.inits.before import PATIENCE, are_up
from dockwright.inits.engine import systemd as engine
from dockwright.inits.engine.job import Argv
from dockwright.inits.env_file import NONCHARACTER, env_file
from dockwright.inits.file import File
from dockwright.inits.logs import journal
from dockwright.inits.logs.journal import service_name
from dockwright.inits.names import (
    TIMER,
    group_unit,
    is_group_unit,
    is_job_unit,
    is_release_unit,
    job_unit,
)
from dockwright.inits.reach_file import reach_file
from dockwright.inits.system import Init, States
from dockwright.scripts import text
from dockwright.templates import render
from dockwright.ways_out import WayOut, way_out

FOLDER = "/etc/systemd/system"
# What may not stand as it is between double quotes in a unit file.
_ESCAPED = re.compile(r'[\x01-\x1f\x7f-\x9f"\\%$]')
_WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|[^ "]+')
_UNESCAPED = re.compile(rb'\\x[0-9a-f]{2}|\\["\\]|%%|\$\$')
_DOUBLED = {"%": "%%", "$": "$$", '"': '\\"', "\\": "\\\\"}
_PLAIN = re.compile(r"[A-Za-z0-9_@+=:,./-]+")

# Drop-ins of single units are told; those of all units of ours (`dockwright-.service.d`) and of
# every service are the administrator's.
_JOBS = "\n" + text("inits/systemd_jobs")


def exec_word(word: str) -> str:
    r"""``word`` as one argument of ExecStart=, whatever it holds.

    Source: systemd.service(5), COMMAND LINES, and systemd.syntax(7), QUOTING: ``%`` begins a
    specifier and ``$`` a variable; both stand for themselves when doubled. A noncharacter can be
    escaped too, but D-Bus then refuses to tell the unit's properties (tried with systemd 252).

    Raises:
        DockwrightError: the word has a Unicode noncharacter.

    Example:
        >>> print(exec_word('50% of $HOME'))
        "50%% of $$HOME"
    """
    if _PLAIN.fullmatch(word):
        return word
    if NONCHARACTER.search(word):
        raise DockwrightError(f"{word!r}: a Unicode noncharacter; systemd takes none, encode it")
    return f'"{_ESCAPED.sub(_escape, word)}"'


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _DOUBLED.get(char) or "".join(f"\\x{byte:02x}" for byte in char.encode())


def arguments(text: str) -> tuple[str, ...]:
    """What follows the program ``docker`` in a unit's ExecStart=, as `exec_word` wrote it.

    Raises:
        DockwrightError: there is none.

    Example:
        >>> arguments('ExecStart=/usr/bin/docker run "50%% of it"')
        ('run', '50% of it')
    """
    match = re.search(r"^ExecStart=/usr/bin/docker (.*)$", text, re.MULTILINE)
    if match is None:
        raise DockwrightError(f"no ExecStart=/usr/bin/docker in it; {way_out(WayOut.DECLARE_JOB)}")
    return tuple(_word(one[0]) for one in _WORDS.finditer(match[1]))


def _word(written: str) -> str:
    if not written.startswith('"'):
        return written
    octets = _UNESCAPED.sub(_unescape, written[1:-1].encode())
    return octets.decode("utf-8", "replace")


def _unescape(match: re.Match[bytes]) -> bytes:
    escape = match.group()
    return bytes([int(escape[2:], 16)]) if escape.startswith(b"\\x") else escape[1:]


def target_name(leaf: str) -> str:
    """The unit that a person starts, stops and enables.

    Example:
        >>> target_name("zenweb")
        'dockwright-zenweb.target'
    """
    return f"{group_unit(leaf)}.target"


def owned(leaf: str, filename: str) -> bool:
    """Whether a unit file in ``FOLDER`` belongs to ``leaf``.

    Example:
        >>> owned("app", "dockwright-app.target"), owned("app", "dockwright-app-worker.target")
        (True, False)
    """
    name, _, suffix = filename.rpartition(".")
    if suffix == "target":
        return is_group_unit(leaf, name)
    return suffix in ("service", "timer") and is_job_unit(leaf, name)


def is_task(leaf: str, unit: str, units: Collection[str]) -> bool:
    """Whether ``unit`` of ``leaf``, one of its ``units``, is started by a switch or a timer.

    Example:
        >>> clean = "dockwright-app.clean.1.service"
        >>> is_task("app", clean, [clean, "dockwright-app.clean.1.timer"])
        True
    """
    name, _, suffix = unit.rpartition(".")
    return suffix == "service" and (is_release_unit(leaf, name) or f"{name}{TIMER}" in units)


def overridden(path: str) -> str:
    """The unit whose settings the drop-in at ``path`` changes.

    Example:
        >>> overridden("/etc/systemd/system/dockwright-app.web.1.service.d/a.conf")
        'dockwright-app.web.1.service'
    """
    return path.rsplit("/", 2)[-2].removesuffix(".d")


def files(
    group: Group, folder: str | Path = "templates", *, pull_never: bool = True
) -> tuple[File, ...]:
    """Every file of ``group``, in the order to write them.

    Args:
        group: the jobs of a leaf.
        folder: the user's own templates, looked up first.
        pull_never: whether the engine knows ``--pull`` (20.10 and later).

    Raises:
        DockwrightError: a template is missing, or a value cannot be written.

    Example:
        >>> from dockwright.boot.group import group
        >>> files(group("zenweb", "web: docker run zenweb", "Procfile"))[0].path
        '/etc/systemd/system/dockwright-zenweb.web.1.service'
    """
    made: list[File] = [*reach_file(group, folder)]
    target = target_name(group.leaf)
    for job in group.jobs:
        environment = env_file(job) if job.env else None
        if environment:
            made.append(environment)
        values = {
            "leaf": group.leaf,
            "job": job.name,
            "target": target,
            "after": [target_name(leaf) for leaf in group.after],
            "wait": _wait(group) if group.after else None,
            "arguments": job.run(pull_never=pull_never),
            "stop_timeout": job.stop_timeout,
            "env_file": environment.path if environment else None,
            "reach": made[0].path if group.reach else None,
        }
        template = "service" if job.lives else "task"
        text = render(f"systemd/{template}.j2", values, filters={"word": exec_word}, folder=folder)
        unit = service_name(job.name)
        made.append(File(f"{FOLDER}/{unit}", text, 0o644, unit, is_task=not job.lives))
        if job.when is not None:
            values = {"job": job.name, "target": target, "when": job.when}
            text = render("systemd/timer.j2", values, folder=folder)
            unit = f"{job_unit(job.name)}{TIMER}"
            made.append(File(f"{FOLDER}/{unit}", text, 0o644, unit, is_timer=True))
    text = render("systemd/target.j2", {"leaf": group.leaf}, folder=folder)
    return (*made, File(f"{FOLDER}/{target}", text, 0o644, target))


def _wait(group: Group) -> str:
    """The shell line that waits for the leaves before; ``%`` and ``$`` are for `exec_word`."""
    up = are_up(group.after, "/usr/bin/docker")
    return (
        f"tries=0; until {up}; do tries=$((tries + 1)); "
        f'[ "$tries" -lt {PATIENCE} ] || exit 0; sleep 1; done'
    )


def states(lines: Iterable[str]) -> States:
    """What `systemctl show` said of the units, as `_JOBS` prints it.

    Example:
        >>> states(["unit Id a.target", "unit ActiveState active", "unit-end"]).active
        {'a.target': 'active'}
    """
    units = States()
    unit: dict[str, str] = {}
    for line in lines:
        what, _, rest = line.partition(" ")
        if what == "unit":
            key, _, value = rest.partition(" ")
            unit[key] = value
        elif what == "unit-end" and unit:
            name = unit["Id"]
            units.active[name] = unit.get("ActiveState", "")
            units.enabled[name] = unit.get("UnitFileState", "")
            if (count := unit.get("NRestarts", "0")) != "0":
                units.restarts[name] = int(count)
            if unit.get("NeedDaemonReload") == "yes":
                units.stale.add(name)
            unit = {}
    return units


def is_starting(state: str) -> bool:
    """Whether a unit in this state starts over and over: told to start, systemd waits on.

    Example:
        >>> is_starting("activating"), is_starting("failed")
        (True, False)
    """
    return state == "activating"


def run(unit: str) -> Argv:
    """The words that run a task: systemd tells of one once it has ended.

    Example:
        >>> run("dockwright-app.release.1.service")
        ('systemctl', 'start', 'dockwright-app.release.1.service')
    """
    return ("systemctl", "start", unit)


INIT = Init(
    program="systemctl",
    folder=FOLDER,
    suffix="",
    files=files,
    unit=service_name,
    owns=owned,
    is_task=is_task,
    arguments=arguments,
    reload=(("systemctl", "daemon-reload"),),
    enable=(("enable", "--quiet"),),
    restart=(("restart",),),
    start=(("start",),),
    stop=(("stop",),),
    forget=(("disable", "--quiet", "--now"),),
    clear=(("-reset-failed",),),
    run=run,
    here="[ -d /run/systemd/system ]",
    jobs=_JOBS,
    states=states,
    overridden=overridden,
    is_starting=is_starting,
    logged=journal.LOGGED,
    logs=journal.logs,
    mark=journal.mark,
    since=journal.since,
    restarts=journal.restarts,
    status=journal.status,
    again=journal.AGAIN,
    last=journal.LAST,
    engine=engine.ENGINE,
)
