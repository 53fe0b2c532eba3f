"""systemd: a target for each leaf, and a service or timer for each job that goes with it."""

import re
from collections.abc import Collection
from pathlib import Path
from shlex import quote

from dockwright.boot.job import Group
from dockwright.errors import DockwrightError
from dockwright.inits.before import PATIENCE, are_up
from dockwright.inits.env_file import NONCHARACTER, env_file
from dockwright.inits.file import File
from dockwright.inits.names import (
    TIMER,
    group_unit,
    is_group_unit,
    is_job_unit,
    is_release_unit,
    job_unit,
)
from dockwright.inits.wanted_logs import WantedLogs
from dockwright.templates import render

FOLDER = "/etc/systemd/system"
# What may not stand as it is between double quotes in a unit file.
_ESCAPED = re.compile(r'[\x01-\x1f\x7f-\x9f"\\%$]')
_WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|[^ "]+')
_UNESCAPED = re.compile(rb'\\x[0-9a-f]{2}|\\["\\]|%%|\$\$')
_DOUBLED = {"%": "%%", "$": "$$", '"': '\\"', "\\": "\\\\"}
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


def arguments(text: str) -> tuple[str, ...]:
    """What follows the program ``docker`` in a unit's ExecStart=, as `exec_word` wrote it.

    Raises:
        DockwrightError: there is none.

    Example:
        >>> arguments('ExecStart=/usr/bin/docker run "50%% of it"')
        ('run', '50% of it')
    """
    found = re.search(r"^ExecStart=/usr/bin/docker (.*)$", text, re.MULTILINE)
    if found is None:
        raise DockwrightError("no ExecStart=/usr/bin/docker in it; run deploy/leaves.py")
    return tuple(_word(one[0]) for one in _WORDS.finditer(found[1]))


def _word(written: str) -> str:
    if not written.startswith('"'):
        return written
    octets = _UNESCAPED.sub(_unescape, written[1:-1].encode())
    return octets.decode("utf-8", "replace")


def _unescape(match: re.Match[bytes]) -> bytes:
    found = match.group()
    return bytes([int(found[2:], 16)]) if found.startswith(b"\\x") else found[1:]


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


def status(job_name: str) -> str:
    """The shell line that prints the exit status with which the job ended last.

    Example:
        >>> status("app.release.1")
        'systemctl show --property=ExecMainStatus --value dockwright-app.release.1.service'
    """
    unit = quote(service_name(job_name))
    return f"systemctl show --property=ExecMainStatus --value {unit}"


def overridden(path: str) -> str:
    """The unit whose settings the drop-in at ``path`` changes.

    Example:
        >>> overridden("/etc/systemd/system/dockwright-app.web.1.service.d/a.conf")
        'dockwright-app.web.1.service'
    """
    return path.rsplit("/", 2)[-2].removesuffix(".d")


def logs(leaf: str, wanted: WantedLogs) -> str:
    """The shell line that shows what the leaf's containers said, those that are gone too.

    Args:
        leaf: its name.
        wanted: which lines.

    Example:
        >>> logs("zenweb", WantedLogs())
        "journalctl --quiet --no-pager --unit='dockwright-zenweb.*.service' --lines=100"
    """
    unit = service_name(f"{leaf}.{wanted.process}.*" if wanted.process else f"{leaf}.*")
    line = f"journalctl --quiet --no-pager --unit={quote(unit)}"
    if wanted.begin is not None:
        line += f" --since={quote(wanted.begin)}"
    if wanted.follow:
        lines = f"--lines={wanted.lines}" if wanted.lines is not None else "--no-tail"
        return f"{line} --follow {lines}"
    if wanted.lines is None:
        return line
    # journalctl of systemd 252 gives the first ones where it is told since when
    if wanted.begin is not None:
        return f"{line} | tail -n {wanted.lines}"
    return f"{line} --lines={wanted.lines}"


def mark(job_name: str) -> str:
    """The shell line that prints where the job's log stands now: the journal's cursor, and the
    invocation of its unit that runs until now.

    Example:
        >>> "--property=InvocationID" in mark("zenweb.web.1")
        True
    """
    unit = quote(service_name(job_name))
    # Of the job's own lines: behind a line that is none of those asked for, --after-cursor leaves
    # the first one out (systemd 252). An entry's own text comes behind its first line, and can't
    # be taken for the cursor.
    cursor = (
        "journalctl --quiet --no-pager --lines=1 --output=export --output-fields=_BOOT_ID "
        f"SYSLOG_IDENTIFIER={quote(job_name)} | sed -n '1s/^__CURSOR=//p'"
    )
    invocation = f"systemctl show --property=InvocationID {unit} | sed 's/^InvocationID=//'"
    return f'echo "$({cursor}) $({invocation})"'


def since(job_name: str, marked: str) -> str:
    """The shell line that prints what the job's containers said in invocations behind the mark.

    What the former invocation says at its end is left out.

    Args:
        job_name: whose.
        marked: what `mark` printed; empty for all that there is.

    Example:
        >>> since("zenweb.web.1", "s=1;i=2 0a1b").rpartition(" ")[2]
        '--output=cat'
    """
    cursor, _, former = marked.partition(" ")
    # not --lines: systemd 252 prints the first ones, where a beginning is given
    said = f"journalctl --quiet --no-pager SYSLOG_IDENTIFIER={quote(job_name)}"
    parts = [f"at={quote(cursor)}"]
    if former:
        # the journal does not know of which invocation every line is: behind the last line that is
        # known to be the former one's all are of those after it
        its = f"_SYSTEMD_INVOCATION_ID={quote(former)} --output=export --output-fields=_BOOT_ID"
        parts += [
            f'last=$({said} ${{at:+--cursor="$at"}} {its} | sed -n "s/^__CURSOR=//p" | tail -n 1)',
            'at="${last:-$at}"',
        ]
    return "; ".join([*parts, f'{said} ${{at:+--after-cursor="$at"}} --output=cat'])


def restarts(job_name: str) -> str:
    """The shell line that prints how often systemd started the job again by itself.

    Example:
        >>> restarts("zenweb.web.1").partition(" |")[0]
        'systemctl show --property=NRestarts dockwright-zenweb.web.1.service'
    """
    unit = quote(service_name(job_name))
    return f"systemctl show --property=NRestarts {unit} | sed 's/^NRestarts=//'"


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
