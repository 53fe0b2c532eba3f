"""The flags of ``docker run``, of Docker 20.10 to 28: which take a value, which may repeat."""

from dataclasses import dataclass
from difflib import get_close_matches

from dockwright.errors import DockwrightError


@dataclass(frozen=True)
class RunFlag:
    """A flag's long name, its short letter if it has one, and how it is written."""

    name: str  # without its dashes
    short: str | None = None  # one letter, without its dash
    takes_value: bool = True  # whether a word is its value; else it is a boolean
    repeats: bool = False  # whether it may stand several times, and all of them count


# Sources: `docker run --help` of 28.2 and docker-run(1) of 20.10.24; --annotation came with 24,
# --health-start-interval with 25, --quiet with 27, --use-api-socket with 28; --kernel-memory is
# ignored since 23 (docs.docker.com/engine/deprecated).
_VALUES = """
    blkio-weight cgroup-parent cgroupns cidfile cpu-count cpu-percent cpu-period cpu-quota
    cpu-rt-period cpu-rt-runtime c,cpu-shares cpus cpuset-cpus cpuset-mems detach-keys domainname
    entrypoint gpus health-cmd health-interval health-retries health-start-interval
    health-start-period health-timeout h,hostname io-maxbandwidth io-maxiops ip ip6 ipc isolation
    kernel-memory log-driver mac-address m,memory memory-reservation memory-swap
    memory-swappiness name oom-score-adj pid pids-limit platform pull restart runtime shm-size
    stop-signal stop-timeout u,user userns uts volume-driver w,workdir
"""
_LISTS = """
    add-host annotation a,attach blkio-weight-device cap-add cap-drop device device-cgroup-rule
    device-read-bps device-read-iops device-write-bps device-write-iops dns dns-option dns-search
    e,env env-file expose group-add l,label label-file link link-local-ip log-opt mount network
    network-alias p,publish security-opt storage-opt sysctl tmpfs ulimit v,volume volumes-from
"""
_BOOLEANS = """
    d,detach disable-content-trust help init i,interactive no-healthcheck oom-kill-disable
    privileged P,publish-all q,quiet read-only rm sig-proxy t,tty use-api-socket
"""
# hidden in docker's help, and still taken
_ALIASES = {"net": "network", "net-alias": "network-alias", "dns-opt": "dns-option"}


def _table() -> dict[str, RunFlag]:
    table: dict[str, RunFlag] = {}
    for names, takes_value, repeats in (
        (_VALUES, True, False),
        (_LISTS, True, True),
        (_BOOLEANS, False, False),
    ):
        for written in names.split():
            short, comma, name = written.rpartition(",")
            table[name] = RunFlag(name, short if comma else None, takes_value, repeats)
    return table


FLAGS = _table()
_SHORTS = {flag.short: flag for flag in FLAGS.values() if flag.short}


def long_flag(name: str, where: str) -> RunFlag:
    """The flag written ``--name``; an alias gives the flag it stands for.

    Raises:
        DockwrightError: docker run has no such flag.

    Example:
        >>> long_flag("publish", "Procfile:1").short
        'p'
    """
    flag = FLAGS.get(_ALIASES.get(name, name))
    if flag is None:
        near = get_close_matches(name, FLAGS, n=1, cutoff=0)
        raise DockwrightError(
            f"{where}: --{name}: docker run (20.10 to 28) has no such flag; "
            f"did you mean --{near[0]}?"
        )
    return flag


def short_flag(letter: str, where: str) -> RunFlag:
    """The flag written ``-letter``.

    Raises:
        DockwrightError: docker run has no such flag.

    Example:
        >>> short_flag("p", "Procfile:1").name
        'publish'
    """
    flag = _SHORTS.get(letter)
    if flag is None:
        # the same letter in the other case, else the long flag that begins with it
        other = letter.swapcase()
        near = f"-{other}" if other in _SHORTS else f"--{_nearest_long(letter)}"
        raise DockwrightError(
            f"{where}: -{letter}: docker run (20.10 to 28) has no such flag; did you mean {near}?"
        )
    return flag


def _nearest_long(letter: str) -> str:
    beginning = sorted(name for name in FLAGS if name.startswith(letter.lower()))
    return beginning[0] if beginning else "help"
