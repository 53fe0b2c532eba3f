"""supervisord (4.2 and later), beside the init of the machine: a program for each job of a leaf.

It knows no dependencies and gives a program up that ends too early too often: each runs
`/etc/supervisor/dockwright.sh`, which waits for the engine, stops the container by its own signal,
writes down when it ended by itself, and pauses before it ends. Times are cron's; what runs before
a switch runs without supervisord.
"""

import re
import shlex
from collections.abc import Collection, Iterable
from pathlib import Path

from dockwright.boot.calendar import cron
from dockwright.boot.job import Group
from dockwright.errors import DockwrightError
from dockwright.inits.before import PATIENCE
from dockwright.inits.engine.job import Argv
from dockwright.inits.env_file import env_file
from dockwright.inits.file import File
from dockwright.inits.logs.files import FileLogs, nothing
from dockwright.inits.names import (
    TIMER,
    group_unit,
    is_job_unit,
    is_release_unit,
    is_timer_unit,
    job_unit,
)
from dockwright.inits.reach_file import reach_file
from dockwright.inits.system import Init, States
from dockwright.places import REACHES
from dockwright.templates import render
from dockwright.ways_out import WayOut, way_out

FOLDER = "/etc/supervisor/conf.d"
RUNNER = "/etc/supervisor/dockwright.sh"
# A dot in a file's name, and cron leaves it out.
TIMES = "/etc/cron.d"
LOGS = "/var/log/supervisor"
_LOGS = FileLogs(LOGS, "supervisord")
_PLAIN = re.compile(r"[A-Za-z0-9_@+=:,./-]+")
# What ends a quoted word, begins a comment behind a blank, or is supervisord's own.
_SPECIAL = {"'": "'\\''", ";": "'\\;'", "#": "'\\#'", "%": "%%"}
_COMMAND = re.compile(
    r"^command=/bin/sh \S+ \S+ [0-9]+ (?:always|once) \S+ \S+ (.*)$", re.MULTILINE
)
_OCTAL = re.compile(rb"\\\\|\\0[0-7]{3}")
# When a job ended by itself since a stop, a line each: supervisord does not count that.
_ENDS = "/run/dockwright-"
# supervisord compares what it has loaded with the files: reread changes nothing of what runs.
_JOBS = rf"""
  for path in {FOLDER}/dockwright-*.conf {TIMES}/dockwright-* {RUNNER}; do file "$path"; done
  told=$(supervisorctl status 2>/dev/null)
  for path in {FOLDER}/dockwright-*.conf; do
    [ -e "$path" ] || continue
    unit=${{path##*/}} unit=${{unit%.conf}}
    state=$(printf '%s\n' "$told" | awk -v unit="$unit" '$1 == unit {{ print $2 }}')
    echo "job $unit ${{state:-not-loaded}}"
    [ ! -e "/run/$unit.ends" ] || echo "ends $unit $(wc -l <"/run/$unit.ends")"
  done
  supervisorctl reread 2>/dev/null | sed -n 's/^\(dockwright-.*\): changed$/changed \1/p'
"""
_LOGGED = rf"""
  echo {FOLDER}/dockwright-*.conf {LOGS}/dockwright-*.log* | tr ' ' '\n' |
    sed -n 's/^.*\/\(dockwright-[^/]*\)\.conf$/here \1/p
      s/^.*\/\(dockwright-[^/]*\)\.log.*/unit \1/p' | sort -u
"""
# A program is only taken in or left out where it is named to `update`: those that are not kept
# up, which nobody starts, and those whose files are gone.
_RELOAD = r"""
told=$(supervisorctl reread) || { printf '%s\n' "$told" >&2; exit 1; }
printf '%s\n' "$told" | sed -nE 's/^(dockwright-[^ ]+): disappeared$/\1/p
  s/^(dockwright-[^ ]+\.timer|dockwright-[^ .]+\.release\.1): (available|changed)$/\1/p' |
  while read -r unit; do supervisorctl update "$unit" </dev/null; done
"""
# its words are a shell's as they are supervisord's, but for %%
_RUN = (
    f'line=$(sed -n "s/^command=//p" "{FOLDER}/$1.conf" | sed "s/%%/%/g"); '
    f'eval "exec $line" >>"{LOGS}/$1.log" 2>&1'
)


def conf_word(word: str) -> str:
    r"""``word`` as one word of ``command=``, whatever it holds; the runner decodes it.

    All but printable ASCII stands as ``\0ooo``, which printf's %b has as that byte: neither lines
    nor encodings of the file have a part in it. Sources: supervisord's options.py (comments, %),
    shlex.split, and POSIX.1-2017, printf.

    Example:
        >>> print(conf_word("50% of $HOME"), conf_word("it's"), conf_word("a\nb"))
        '50%% of $HOME' 'it'\''s' 'a\0012b'
    """
    if _PLAIN.fullmatch(word):
        return word
    octets = "".join(
        "\\\\" if byte == 0x5C else chr(byte) if 0x20 <= byte < 0x7F else f"\\0{byte:03o}"
        for byte in word.encode("utf-8", "surrogateescape")
    )
    return "'" + "".join(_SPECIAL.get(char, char) for char in octets) + "'"


def arguments(text: str) -> Argv:
    r"""What follows the program ``docker`` in a program's command, as `conf_word` wrote it.

    Raises:
        DockwrightError: there is none.

    Example:
        >>> arguments("command=/bin/sh /r app.web.1 10 always - - run '50%% \\\\ \\0012'")
        ('run', '50% \\ \n')
    """
    match = _COMMAND.search(text)
    if match is None:
        raise DockwrightError(f"no command of ours in it; {way_out(WayOut.DECLARE_JOB)}")
    return tuple(_decoded(word) for word in shlex.split(match[1].replace("%%", "%")))


def _decoded(word: str) -> str:
    octets = _OCTAL.sub(
        lambda one: b"\\" if one[0] == b"\\\\" else bytes([int(one[0][2:], 8)]), word.encode()
    )
    return octets.decode("utf-8", "surrogateescape")


def owned(leaf: str, filename: str) -> bool:
    """Whether a file in ``FOLDER`` is a program of ``leaf``.

    Example:
        >>> owned("app", "dockwright-app.web.1.conf"), owned("app", "dockwright-app-b.web.1.conf")
        (True, False)
    """
    name, _, suffix = filename.rpartition(".")
    return suffix == "conf" and (is_job_unit(leaf, name) or is_timer_unit(leaf, name))


def is_task(leaf: str, unit: str, units: Collection[str]) -> bool:
    """Whether ``unit`` of ``leaf``, one of its ``units``, is run by a switch or by cron.

    Example:
        >>> is_task("app", "dockwright-app.clean.1.timer", [])
        True
    """
    return is_release_unit(leaf, unit) or is_timer_unit(leaf, unit)


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
        '/etc/supervisor/conf.d/dockwright-zenweb.web.1.conf'
    """
    made: list[File] = [*reach_file(group, folder)]
    times: list[tuple[str, str]] = []
    for job in group.jobs:
        environment = env_file(job) if job.env else None
        if environment:
            made.append(environment)
        unit = job_unit(job.name)
        if job.when is not None:
            unit += TIMER
            times.append((cron(job.when, f"{group.leaf}: {job.process}"), unit))
        values = {
            "job": job.name,
            "unit": unit,
            "runner": RUNNER,
            "log": f"{LOGS}/{unit}.log",
            "after": group.after,
            "arguments": job.run(pull_never=pull_never),
            "stop_timeout": job.stop_timeout,
            "env_file": environment.path if environment else None,
        }
        name = "program" if job.lives else "task"
        text = render(f"supervisord/{name}.j2", values, filters={"word": conf_word}, folder=folder)
        made.append(File(f"{FOLDER}/{unit}.conf", text, 0o644, unit, is_task=not job.lives))
    if times:
        text = render("supervisord/cron.j2", {"leaf": group.leaf, "tasks": times}, folder=folder)
        made.append(File(f"{TIMES}/{group_unit(group.leaf)}", text, 0o644))
    return tuple(made)


def shared(folder: str | Path = "templates") -> tuple[File, ...]:
    """What a box with leaves has besides: the script that every program runs.

    Example:
        >>> [file.path for file in shared()]
        ['/etc/supervisor/dockwright.sh']
    """
    values = {"patience": PATIENCE, "ends": _ENDS, "reach": REACHES}
    text = render("supervisord/run.sh.j2", values, folder=folder)
    return (File(RUNNER, text, 0o755),)


def states(lines: Iterable[str]) -> States:
    """What `supervisorctl status` and `reread` said of our programs, as `_JOBS` prints it.

    Example:
        >>> units = states(["job dockwright-app.web.1 RUNNING", "ends dockwright-app.web.1 3"])
        >>> units.active, units.restarts
        ({'dockwright-app.web.1': 'active'}, {'dockwright-app.web.1': 3})
    """
    units = States()
    for line in lines:
        what, _, rest = line.partition(" ")
        unit, _, state = rest.partition(" ")
        if what == "job":
            units.active[unit] = "active" if state == "RUNNING" else state.lower()
        elif what == "ends":
            units.restarts[unit] = int(state)
        elif what == "changed":
            units.stale.add(unit)
    return units


def is_starting(state: str) -> bool:
    """Whether a program in this state starts over and over.

    Example:
        >>> is_starting("backoff"), is_starting("fatal")
        (True, False)
    """
    return state in ("starting", "backoff")


def restarts(name: str) -> str:
    """The shell line that prints how often the job was started again by itself.

    Args:
        name: the job's.

    Example:
        >>> restarts("app.web.1")
        'cat /run/dockwright-app.web.1.ends 2>/dev/null | wc -l'
    """
    return f"cat {shlex.quote(f'{_ENDS}{name}.ends')} 2>/dev/null | wc -l"


def run(unit: str) -> Argv:
    """The words that run a task to its end: `supervisorctl start` tells of its beginning only.

    Example:
        >>> run("dockwright-app.release.1")[-1]
        'dockwright-app.release.1'
    """
    return ("sh", "-c", _RUN, "sh", unit)


INIT = Init(
    program="supervisorctl",
    folder=FOLDER,
    suffix=".conf",
    files=files,
    unit=job_unit,
    owns=owned,
    is_task=is_task,
    arguments=arguments,
    reload=(("sh", "-c", _RELOAD),),
    # `update` starts a program anew whose file changed, and takes in one that is new; `start` is
    # then for those that did not change
    restart=(("&stop",), ("update",), ("start",)),
    start=(("update",), ("start",)),
    stop=(("&stop",),),
    forget=(("&stop",),),
    run=run,
    here=f"[ -e {RUNNER} ] || ls {FOLDER}/dockwright-*.conf >/dev/null 2>&1",
    jobs=_JOBS,
    states=states,
    overridden=lambda path: "",  # it has no files that change a program's settings
    is_starting=is_starting,
    logged=_LOGGED,
    logs=_LOGS.logs,
    mark=_LOGS.mark,
    since=_LOGS.since,
    restarts=restarts,
    status=nothing,
    again=(
        """awk -v from="$from" -v job="$job" '$1 >= from { print "restart", job, $1 }' """
        f'"{_ENDS}$job.ends" 2>/dev/null'
    ),
    last=f'tail -n 20 "{LOGS}/dockwright-$job.log"',
    packages=("supervisor",),
    shared=shared,
    times=TIMES,
    keeps_settings=True,
)
