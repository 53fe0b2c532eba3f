"""Upstart (1.5 and later): a master job for each leaf, and a job for each process tied to it."""

import re
from collections.abc import Collection
from pathlib import Path

from dockwright.boot.calendar import cron
from dockwright.boot.job import Group
from dockwright.errors import DockwrightError
from dockwright.inits.before import PATIENCE, are_up
from dockwright.inits.env_file import env_file
from dockwright.inits.file import File
from dockwright.inits.names import (
    TIMER,
    group_unit,
    is_group_unit,
    is_job_unit,
    is_release_unit,
    is_timer_unit,
    job_unit,
)
from dockwright.templates import render

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
    found = re.search(r'^ *set -- "\$\(command -v docker\)" (.*)$', text, re.MULTILINE)
    if found is None:
        raise DockwrightError("no docker in its script; run deploy/leaves.py")
    words, word = [], ""
    for part in _PARTS.finditer(f"{found[1]} "):
        if part[0] == " ":
            words.append(word)
            word = ""
        else:
            word += _PART.get(part[0], part[0].strip("'"))
    return tuple(words)


def master_name(leaf: str) -> str:
    """The job that a person starts and stops.

    Example:
        >>> master_name("zenweb")
        'dockwright-zenweb'
    """
    return group_unit(leaf)


def job_name(name: str) -> str:
    """The Upstart job of one of our jobs (``LEAF.PROCESS.N``).

    Example:
        >>> job_name("zenweb.web.1")
        'dockwright-zenweb.web.1'
    """
    return job_unit(name)


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


def status(name: str) -> str:
    """The shell line that prints the exit status of a job's end: Upstart keeps none.

    Args:
        name: the job's.

    Example:
        >>> status("app.release.1")
        ':'
    """
    return ":"


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
    made: list[File] = []
    times: list[tuple[str, str]] = []
    master = master_name(group.leaf)
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
        }
        template = "job" if job.lives else "task"
        text = render(f"upstart/{template}.j2", values, filters={"word": sh_word}, folder=folder)
        unit = job_name(job.name)
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
