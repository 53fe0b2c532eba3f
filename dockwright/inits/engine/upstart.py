"""The engine as Upstart's job docker: its state, its log, and whether it comes up by itself."""

import re
from collections.abc import Mapping

from dockwright import scripts
from dockwright.errors import BoxError
from dockwright.inits.engine.job import Argv, EngineAnswer, EngineFound, EngineJob
from dockwright.inits.file import File

CONF = "/etc/init/docker.conf"
OVERRIDE = "/etc/init/docker.override"
_MANUAL = re.compile(r"\s*manual\s*(?:#.*)?")
_START_ON = re.compile(r"\s*start\s+on\s")
_SCRIPT = re.compile(r"\s*(?:(?:pre|post)-(?:start|stop)\s+)?script\s*(?:#.*)?")
_END_SCRIPT = re.compile(r"\s*end\s+script\s*(?:#.*)?")
# In front of what asks for the engine's state: GOAL/STATE of the job docker, or nothing.
STATE = "\n" + scripts.text("inits/upstart_state")
_LOG = "/var/log/upstart/docker.log"
# a log that is smaller than it was has been rotated: all of it is new
_LOG_SHELL = rf"""
mark() {{ stat -c %s {_LOG} 2>/dev/null || echo 0; }}
lines() {{
  [ "$(mark)" -ge "$1" ] || set -- 0
  tail -c "+$(($1 + 1))" {_LOG} 2>/dev/null | tr -d '\r' | grep -v '^$' | tail -n 8
}}
"""
_SHELL = f"""
act() {{ timeout 120 initctl "$1" docker >/dev/null 2>&1; }}
runs() {{ [ "$(upstart_settled 60)" = start/running ]; }}
{_LOG_SHELL}"""
# What Upstart could not do itself, such as a limit that the machine does not permit, the kernel's
# log alone tells; its clock may be a little behind that of /proc/uptime.
_START = STATE + _LOG_SHELL + "\n" + scripts.text("inits/upstart_start")
# The engine's socket is there once it listens: one that is starting is waited for by its job.
_FIND = STATE + "\n" + scripts.text("inits/upstart_find").replace("@CONF@", CONF)
_ASKED = f"""
  echo "upstart $(upstart_engine)"
  [ ! -e {CONF} ] || {{ sed 's/^/conf /' {CONF}; echo; }}
  [ ! -e {OVERRIDE} ] || {{ sed 's/^/override /' {OVERRIDE}; echo; }}
  engine_elsewhere | sed 's/^[0-9]* /unit /'
"""
_STARTED = rf"""
  if [ -f {CONF} ]; then
    pid=$(initctl status docker 2>/dev/null | sed -n 's/^docker .*, process \([0-9]*\)$/\1/p')
    start=$(joined {CONF} {OVERRIDE} | grep -E '^[[:space:]]*exec ')
  fi
"""


def said(lines: Mapping[str, list[str]]) -> EngineAnswer:
    """What Upstart said of the job docker, with the texts of its files.

    Example:
        >>> said({"upstart": ["start/pre-start"], "conf": ["start on runlevel [2345]", ""]}).enabled
        'enabled'
    """
    status = lines.get("upstart", [""])[-1]
    conf, override = (
        "".join(f"{line}\n" for line in lines[name]) if name in lines else None
        for name in ("conf", "override")
    )
    return EngineAnswer(
        active=status == "start/running",
        enabled="" if conf is None else starts_by_itself(conf, override or ""),
        state="" if status in ("start/running", "stop/waiting") else status,
        conf=conf,
        override=override,
    )


def comes_up(box: str, engine: EngineFound) -> tuple[Argv | File, ...]:
    """The steps that take ``manual`` out of the job's file and its override, other stanzas kept.

    Args:
        box: its name.
        engine: its state.

    Raises:
        BoxError: there is no job docker that could come up by itself.

    Example::

        comes_up("web1", host.get_fact(Engine))
    """
    if engine.conf is None:
        raise BoxError(
            f"box {box}: {CONF} is not there, so that the engine ({engine.dockerd}) is no job "
            "of Upstart; write it: `start on runlevel [2345]`, `stop on runlevel [!2345]`, "
            "`respawn`, `exec dockerd`"
        )
    if starts_by_itself(without_manual(f"{engine.conf}{engine.override or ''}"), "") != "enabled":
        raise BoxError(
            f"box {box}: {CONF} has no `start on`, so that the engine does not come up with "
            "the machine; write `start on runlevel [2345]` into it"
        )
    if engine.enabled == "enabled":
        return ()
    steps: list[Argv | File] = []
    for path, text in ((CONF, engine.conf), (OVERRIDE, engine.override or "")):
        kept = without_manual(text)
        if kept == text:
            continue
        empty = path == OVERRIDE and not kept.strip()
        steps.append(("rm", "-f", path) if empty else File(path, kept, 0o644))
    return (*steps, ("initctl", "reload-configuration"))


def starts_by_itself(conf: str, override: str) -> str:
    """What systemd calls a unit's state, of a job: ``enabled``, ``manual``, or ``static``.

    The last stanza counts, as Upstart reads them: `initctl show-config` tells of a running job
    what it was when it started.

    Args:
        conf: the text of its file.
        override: of the ``.override`` beside it, or nothing.

    Example:
        >>> starts_by_itself("start on runlevel [2345]\\n", "manual\\n")
        'manual'
    """
    unit_state = "static"  # it comes up where somebody starts it
    for line in _stanzas(f"{conf}\n{override}"):
        if _MANUAL.fullmatch(line):
            unit_state = "manual"
        elif _START_ON.match(line):
            unit_state = "enabled"
    return unit_state


def without_manual(text: str) -> str:
    """``text`` of a job file or an override without its ``manual``, and all else as it was.

    Example:
        >>> without_manual("env A=1\\nmanual\\n")
        'env A=1\\n'
    """
    lines = text.splitlines(keepends=True)
    mine = iter(_stanzas(text))
    return "".join(line for line in lines if not _MANUAL.fullmatch(next(mine)))


def _stanzas(text: str) -> list[str]:
    """Its lines; those of scripts, which say nothing of the job, as empty ones."""
    stanzas, within = [], False
    for line in text.splitlines():
        opens, closes = _SCRIPT.fullmatch(line), _END_SCRIPT.fullmatch(line)
        stanzas.append("" if within or opens else line)
        within = (within or opens is not None) and not closes
    return stanzas


def elsewhere(box: str, job: str) -> str:
    """The line for what hangs on the job docker, where the engine is another job, or none (-).

    Example:
        >>> elsewhere("web1", "-")[:62]
        'box web1: its engine is no job of Upstart, and boot jobs hang '
    """
    has = "no job of Upstart" if job == "-" else f"the job {job}"
    return (
        f"box {box}: its engine is {has}, and boot jobs hang on the job docker; stop it, let "
        "/etc/init/docker.conf start it (`exec dockerd`), and run this again"
    )


ENGINE = EngineJob(
    name="docker",
    restarted_by="initctl restart docker",
    log=f"under Upstart {_LOG}",
    start=_START,
    shell=_SHELL,
    find=_FIND,
    asked=_ASKED,
    keys=frozenset({"upstart", "conf", "override"}),
    said=said,
    started=_STARTED,
    comes_up=comes_up,
    elsewhere=elsewhere,
)
