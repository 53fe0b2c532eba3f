"""systemd: a target for each leaf, and a service for each job that comes and goes with it."""

import re
from pathlib import Path
from shlex import quote

from dockwright.boot.job import Group
from dockwright.errors import DockwrightError
from dockwright.inits.env_file import NONCHARACTER, env_file
from dockwright.inits.file import File
from dockwright.inits.names import group_unit, is_group_unit, is_job_unit, job_unit
from dockwright.templates import render

FOLDER = "/etc/systemd/system"
# What may not stand as it is between double quotes in a unit file.
_ESCAPED = re.compile(r'[\x01-\x1f\x7f-\x9f"\\%$]')
_DOUBLED = {"%": "%%", "$": "$$", '"': '\\"', "\\": "\\\\"}
# Seconds that a job waits for the leaves before it; then it starts, and may fail for itself.
_PATIENCE = 60
_PLAIN = re.compile(r"[A-Za-z0-9_@+=:,./-]+")


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


def target_name(leaf: str) -> str:
    """The unit that a person starts, stops and enables.

    Example:
        >>> target_name("zenweb")
        'dockwright-zenweb.target'
    """
    return f"{group_unit(leaf)}.target"


def service_name(job_name: str) -> str:
    """The unit of one job (``LEAF.PROCESS.N``).

    Example:
        >>> service_name("zenweb.web.1")
        'dockwright-zenweb.web.1.service'
    """
    return f"{job_unit(job_name)}.service"


def owned(leaf: str, filename: str) -> bool:
    """Whether a unit file in ``FOLDER`` belongs to ``leaf``.

    Example:
        >>> owned("app", "dockwright-app.target"), owned("app", "dockwright-app-worker.target")
        (True, False)
    """
    name, _, suffix = filename.rpartition(".")
    if suffix == "target":
        return is_group_unit(leaf, name)
    return suffix == "service" and is_job_unit(leaf, name)


def overridden(path: str) -> str:
    """The unit whose settings the drop-in at ``path`` changes.

    Example:
        >>> overridden("/etc/systemd/system/dockwright-app.web.1.service.d/a.conf")
        'dockwright-app.web.1.service'
    """
    return path.rsplit("/", 2)[-2].removesuffix(".d")


def logs(leaf: str, lines: int, follow: bool) -> str:
    """The shell line that shows what the leaf's containers said, those that are gone too.

    Args:
        leaf: its name.
        lines: how many, the last ones.
        follow: whether to go on with what they say from now on.

    Example:
        >>> logs("zenweb", 100, False)
        "journalctl --quiet --no-pager --lines=100 --unit='dockwright-zenweb.*.service'"
    """
    more = " --follow" if follow else ""
    unit = service_name(f"{leaf}.*")
    return f"journalctl --quiet --no-pager --lines={lines}{more} --unit={quote(unit)}"


def last_lines(job_name: str, since: int) -> tuple[str, ...]:
    """The command that prints the last 20 lines that the job's containers wrote.

    Args:
        job_name: whose.
        since: none that are older, in seconds since 1970 by the box's own clock.

    Example:
        >>> last_lines("zenweb.web.1", 0)[-1]
        'SYSLOG_IDENTIFIER=zenweb.web.1'
    """
    options = ("--quiet", "--no-pager", "--output=cat", "--lines=20", f"--since=@{since}")
    return ("journalctl", *options, f"SYSLOG_IDENTIFIER={job_name}")


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
        >>> files(group("zenweb", "web: docker run zenweb", "Procfile"))  # doctest: +SKIP
    """
    made: list[File] = []
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
        }
        text = render("systemd/service.j2", values, filters={"word": exec_word}, folder=folder)
        unit = service_name(job.name)
        made.append(File(f"{FOLDER}/{unit}", text, 0o644, unit))
    text = render("systemd/target.j2", {"leaf": group.leaf}, folder=folder)
    return (*made, File(f"{FOLDER}/{target}", text, 0o644, target))


def _wait(group: Group) -> str:
    """The shell line that waits for the containers of the leaves that come before: up, and well.

    It is read twice: systemd takes ``%`` and ``$`` for its own, so `exec_word` writes it.
    """
    up = " && ".join(
        # none of it is still starting or unwell, and there is one
        f'[ -n "$(/usr/bin/docker ps -q -f name=^{leaf}\\.)" ] && '
        f'[ -z "$(/usr/bin/docker ps -q -f name=^{leaf}\\. -f health=starting '
        '-f health=unhealthy)" ]'
        for leaf in group.after
    )
    return (
        f"tries=0; until {up}; do tries=$((tries + 1)); "
        f'[ "$tries" -lt {_PATIENCE} ] || exit 0; sleep 1; done'
    )
