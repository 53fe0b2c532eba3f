"""Upstart (1.5 and later): a master job for each leaf, and a job for each process tied to it."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from dockwright.boot.calendar import cron
from dockwright.boot.job import Group
from dockwright.errors import DockwrightError
from dockwright.inits.before import PATIENCE, are_up
from dockwright.inits.engine import upstart as engine
from dockwright.inits.engine.job import Argv
from dockwright.inits.env_file import env_file
from dockwright.inits.file import File
from dockwright.inits.logs.files import FileLogs, nothing
from dockwright.inits.names import (
    TIMER,
    group_unit,
    is_group_unit,
    is_job_unit,
    is_release_unit,
    is_timer_unit,
    job_unit,
)
from dockwright.inits.reach_file import reach_file
from dockwright.inits.system import Init, States
from dockwright.templates import render
from dockwright.ways_out import WayOut, way_out

FOLDER = "/etc/init"
# no leaf has this name: a leaf's begin with dockwright-
LEAVES_FIRST = "dockwright.leaves-first"
# What has times: Upstart has none of its own. A dot in a file's name, and cron leaves it out.
TIMES = "/etc/cron.d"
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
# what a word consists of in a job file: quoted, a quote, line breaks, plain
_PARTS = re.compile(r"""'[^']*'|\\'|"\$\{(?:nl|cr)%_\}"|[^ '"\\]+| """)
_PART = {"\\'": "'", '"${nl%_}"': "\n", '"${cr%_}"': "\r"}
_BREAKS = {"\n": '"${nl%_}"', "\r": '"${cr%_}"'}
# Ubuntu's own /etc/logrotate.d/upstart rotates them daily, and keeps them for a week
_LOGS = FileLogs("/var/log/upstart", "Upstart")
# A job is called as its file is, below /etc/init and without .conf: blanks, dots and dashes are
# legal, and its instance's name is what its `instance` stanza makes of any value. Lines of further
# processes begin with a tab. Source: initctl(8), "status", and initctl.c of Upstart 1.5.
_LINE = re.compile(
    r"(?P<job>[^\t].*?)(?: \((?P<instance>.*)\))? (?P<goal>start|stop|respawn)/(?P<state>[a-z-]+)"
    r"(?:, (?:\([a-z-]+\) )?process [0-9]+)?"
)
# Upstart does not count starts by itself, so the box's time is told.
_JOBS = r"""
  echo "now $(date +%s)"
  for path in /etc/init/dockwright[-.]*.conf /etc/cron.d/dockwright-*; do file "$path"; done
  for path in /etc/init/dockwright[-.]*.override; do
    [ ! -e "$path" ] && [ ! -L "$path" ] || printf 'override %s\n' "$path"
  done
  initctl list 2>/dev/null | sed 's/^/job /'
  engine_elsewhere | sed 's/^[0-9]* /elsewhere /'
"""
# a log is a rotated one alone until its job says more
_LOGGED = r"""
  echo /etc/init/dockwright-*.conf /var/log/upstart/dockwright-*.log* | tr ' ' '\n' |
    sed -n 's/^.*\/\(dockwright-[^/]*\)\.conf$/here \1/p
      s/^.*\/\(dockwright-[^/]*\)\.log.*/unit \1/p' | sort -u
"""


def sh_word(word: str) -> str:
    r"""``word`` as one word of a script block, whatever it holds, on one line.

    A line break comes from the template's variables ``nl`` and ``cr``: Upstart ends a block at a
    line ``end script`` even within quotes, and takes the indent off each line.
    Source: init(5), and POSIX.1-2017, 2.2.2 Single-Quotes.

    Example:
        >>> print(sh_word("it's"), sh_word("a\nb"))
        'it'\''s' 'a'"${nl%_}"'b'
    """
    if _PLAIN.fullmatch(word):
        return word
    quoted = "'" + word.replace("'", "'\\''") + "'"
    return re.sub(r"[\n\r]", lambda match: f"'{_BREAKS[match.group()]}'", quoted)


def arguments(text: str) -> tuple[str, ...]:
    r"""What follows the program ``docker`` in a job file, as `sh_word` wrote it.

    Raises:
        DockwrightError: there is none.

    Example:
        >>> arguments("set -- \"$(command -v docker)\" run 'it'\\''s'")
        ('run', "it's")
    """
    match = re.search(r'^ *set -- "\$\(command -v docker\)" (.*)$', text, re.MULTILINE)
    if match is None:
        raise DockwrightError(f"no docker in its script; {way_out(WayOut.DECLARE_JOB)}")
    words, word = [], ""
    for part in _PARTS.finditer(f"{match[1]} "):
        if part[0] == " ":
            words.append(word)
            word = ""
        else:
            word += _PART.get(part[0], part[0].strip("'"))
    return tuple(words)


def owned(leaf: str, filename: str) -> bool:
    """Whether a job file in ``FOLDER`` is of ``leaf``; an ``.override`` is its administrator's.

    Example:
        >>> owned("app", "dockwright-app.conf"), owned("app", "dockwright-app-worker.conf")
        (True, False)
    """
    name, _, suffix = filename.rpartition(".")
    return suffix == "conf" and (
        is_group_unit(leaf, name) or is_job_unit(leaf, name) or is_timer_unit(leaf, name)
    )


def is_task(leaf: str, unit: str, units: Collection[str]) -> bool:
    """Whether ``unit`` of ``leaf``, one of its ``units``, is started by a switch or by cron.

    Example:
        >>> is_task("app", "dockwright-app.clean.1.timer", []), is_task("app", "dockwright-app", [])
        (True, False)
    """
    return is_release_unit(leaf, unit) or is_timer_unit(leaf, unit)


def overridden(path: str) -> str:
    """The job whose settings the file at ``path`` changes.

    Example:
        >>> overridden("/etc/init/dockwright-app.web.1.override")
        'dockwright-app.web.1'
    """
    return path.rpartition("/")[2].removesuffix(".override")


def files(
    group: Group, folder: str | Path = "templates", *, pull_never: bool = False
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
        '/etc/init/dockwright-zenweb.web.1.conf'
    """
    made: list[File] = [*reach_file(group, folder)]
    times: list[tuple[str, str]] = []
    master = group_unit(group.leaf)
    for job in group.jobs:
        environment = env_file(job) if job.env else None
        if environment:
            made.append(environment)
        arguments = job.run(pull_never=pull_never)
        values = {
            "leaf": group.leaf,
            "job": job.name,
            "master": master,
            "before": are_up(group.after, "docker") if group.after else None,
            "patience": PATIENCE,
            "arguments": arguments,
            "has_breaks": any("\n" in word or "\r" in word for word in arguments),
            "stop_timeout": job.stop_timeout,
            "env_file": environment.path if environment else None,
            "reach": made[0].path if group.reach else None,
        }
        template = "job" if job.lives else "task"
        text = render(f"upstart/{template}.j2", values, filters={"word": sh_word}, folder=folder)
        unit = job_unit(job.name)
        if job.when is not None:
            unit += TIMER
            times.append((cron(job.when, f"{group.leaf}: {job.process}"), unit))
        made.append(File(f"{FOLDER}/{unit}.conf", text, 0o644, unit, is_task=not job.lives))
    if times:
        text = render("upstart/cron.j2", {"leaf": group.leaf, "tasks": times}, folder=folder)
        made.append(File(f"{TIMES}/{master}", text, 0o644))
    text = render("upstart/master.j2", {"leaf": group.leaf}, folder=folder)
    return (*made, File(f"{FOLDER}/{master}.conf", text, 0o644, master))


def shared(folder: str | Path = "templates") -> tuple[File, ...]:
    """What a box with leaves has besides: the task that holds the engine up until they ended.

    Example:
        >>> [file.path for file in shared()]
        ['/etc/init/dockwright.leaves-first.conf']
    """
    text = render("upstart/leaves_first.j2", {}, folder=folder)
    path = f"{FOLDER}/{LEAVES_FIRST}.conf"
    return (File(path, text, 0o644, LEAVES_FIRST, is_task=True),)


def state(line: str) -> tuple[str, str, str] | None:
    """(job, instance, ``GOAL/STATE``) of a line of ``initctl list``; None for any other line.

    Example:
        >>> state("tty (a b) start/running, process 4"), state("my-app-1.web stop/waiting")
        (('tty', 'a b', 'start/running'), ('my-app-1.web', '', 'stop/waiting'))
    """
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    return match["job"], match["instance"] or "", f"{match['goal']}/{match['state']}"


def states(lines: Iterable[str]) -> States:
    """What `initctl list` said of our jobs, as `_JOBS` prints it.

    Example:
        >>> states(["job dockwright-app.web.1 start/running, process 7"]).active
        {'dockwright-app.web.1': 'active'}
    """
    units = States()
    for line in lines:
        what, _, rest = line.partition(" ")
        job = state(rest) if what == "job" else None
        if job is not None and job[0].startswith("dockwright-"):
            units.active[job[0]] = "active" if job[2] == "start/running" else job[2]
    return units


def is_starting(state: str) -> bool:
    """Whether a job in this state starts over and over: told to start, Upstart refuses.

    Example:
        >>> is_starting("start/post-stop"), is_starting("stop/waiting")
        (True, False)
    """
    return state.startswith(("start/", "respawn/"))


def run(unit: str) -> Argv:
    """The words that run a task: Upstart tells of one once it has ended.

    Example:
        >>> run("dockwright-app.release.1")
        ('initctl', 'start', 'dockwright-app.release.1')
    """
    return ("initctl", "start", unit)


# Upstart watches /etc/init itself, and a job is enabled by being there
INIT = Init(
    program="initctl",
    folder=FOLDER,
    suffix=".conf",
    files=files,
    unit=job_unit,
    owns=owned,
    is_task=is_task,
    arguments=arguments,
    reload=(("initctl", "reload-configuration"),),
    # `initctl restart` keeps to the job as it was when it started; and what does not run, or
    # was stopped with its master, can't be stopped. A start is not waited for: it arrives
    # when the engine answers, and whoever starts a leaf waits for its containers anyway.
    restart=(("-stop",), ("start", "--no-wait")),
    start=(("start", "--no-wait"),),
    stop=(("-stop",),),
    forget=(("&stop",),),
    run=run,
    here="command -v initctl >/dev/null",
    jobs=_JOBS,
    states=states,
    overridden=overridden,
    is_starting=is_starting,
    logged=_LOGGED,
    logs=_LOGS.logs,
    mark=_LOGS.mark,
    since=_LOGS.since,
    restarts=nothing,
    status=nothing,
    # what ended by itself is what the engine says
    again=":",
    last='tail -n 20 "/var/log/upstart/dockwright-$job.log"',
    engine=engine.ENGINE,
    shared=shared,
    times=TIMES,
    one_at_a_time=True,
    keeps_settings=True,
)
