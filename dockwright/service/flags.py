"""Which flags of ``docker run`` a service of Swarm can have: all of them, decided in one table."""

from collections.abc import Iterable, Iterator, Mapping

from dockwright.boot.run_line import Option
from dockwright.errors import DockwrightError
from dockwright.ways_out import WayOut, way_out

# Those that `dockwright.service.container` and `dockwright.service.mounts` read.
_TAKEN = """
    add-host cap-add cap-drop cpus dns dns-option dns-search entrypoint env group-add health-cmd
    health-interval health-retries health-start-period health-timeout hostname init label log-driver
    log-opt memory memory-reservation mount network network-alias no-healthcheck pids-limit publish
    read-only security-opt stop-signal stop-timeout sysctl tmpfs ulimit user volume volume-driver
    workdir
"""
TAKEN = frozenset(_TAKEN.split())
# Left out with a notice: a service does without them, or has them anyway.
LEFT_OUT: Mapping[str, str] = {
    "disable-content-trust": "a service's image is named by its digest",
    "expose": "containers of one network reach each other's ports anyway",
}
_CPUS = "write --cpus"
_MEMORY = "write --memory"
_DEVICES = "Swarm gives no devices"
_OF_BOX = "a service is in no namespace of its node"
_FILE = "a file of one box, which other nodes have not"
_IO = "Swarm has no bounds for disks"
_ADDRESS = "Swarm gives the addresses"
_NO = "Swarm has no word for it"
# What Swarm can't do, each with why, or with what may be written in its place.
REFUSED: Mapping[str, str] = {
    "annotation": _NO,
    "blkio-weight": _IO,
    "blkio-weight-device": _IO,
    "cgroup-parent": _NO,
    "cgroupns": _OF_BOX,
    "cpu-count": _CPUS,
    "cpu-percent": _CPUS,
    "cpu-period": _CPUS,
    "cpu-quota": _CPUS,
    "cpu-rt-period": _CPUS,
    "cpu-rt-runtime": _CPUS,
    "cpu-shares": _CPUS,
    "cpuset-cpus": _CPUS,
    "cpuset-mems": _NO,
    "device": _DEVICES,
    "device-cgroup-rule": _DEVICES,
    "device-read-bps": _IO,
    "device-read-iops": _IO,
    "device-write-bps": _IO,
    "device-write-iops": _IO,
    "domainname": "write it into --hostname",
    "env-file": _FILE,
    "gpus": _DEVICES,
    "health-start-interval": "write --health-start-period",
    "io-maxbandwidth": _IO,
    "io-maxiops": _IO,
    "ip": _ADDRESS,
    "ip6": _ADDRESS,
    "ipc": _OF_BOX,
    "isolation": _NO,
    "kernel-memory": _MEMORY,
    "label-file": f"{_FILE}; write --label",
    "link": "give both leaves one --network",
    "link-local-ip": _ADDRESS,
    "mac-address": _ADDRESS,
    "memory-swap": _MEMORY,
    "memory-swappiness": _MEMORY,
    "oom-kill-disable": _MEMORY,
    "oom-score-adj": _NO,
    "pid": _OF_BOX,
    "platform": "its nodes have one",
    "privileged": "a service has no rights over its node; name single ones with --cap-add",
    "publish-all": "name the ports with --publish",
    "runtime": _NO,
    "shm-size": "write --mount type=tmpfs,dst=/dev/shm,tmpfs-size=…",
    "storage-opt": _NO,
    "use-api-socket": "a service is not given the engine of its node",
    "userns": _OF_BOX,
    "uts": _OF_BOX,
    "volumes-from": "name the volume in both with --volume",
}
# Of these, what is done in its place is no flag.
_IN_PLACE: Mapping[str, WayOut] = {
    "env-file": WayOut.GIVE_ENV,
    "platform": WayOut.PLACE_SERVICE,
    "runtime": WayOut.DEFAULT_RUNTIME,
}


def sifted(options: Iterable[Option], leaf: str, where: str) -> Iterator[Option]:
    """Those of a run line's ``options`` that a service takes; each of ``LEFT_OUT`` is passed over.

    Raises:
        DockwrightError: an option that Swarm can't do; it names that, and the way out.

    Example:
        >>> list(sifted([("user", "1000"), ("expose", "80")], "web", "Procfile:1"))
        [('user', '1000')]
    """
    for name, value in options:
        if name in LEFT_OUT or (value == "false" and name in REFUSED):
            continue
        if name in REFUSED:
            instead = [way_out(_IN_PLACE[name])] if name in _IN_PLACE else []
            raise refused(name, value, "; ".join([REFUSED[name], *instead]), leaf, where)
        yield name, value


def notices(options: Iterable[Option], where: str) -> list[str]:
    """A line for each option that is left out.

    Example:
        >>> notices([("expose", "80")], "Procfile:1")[0][:33]
        'Procfile:1: --expose 80: left out'
    """
    return [
        f"{where}: {_shown(name, value)}: left out; {LEFT_OUT[name]}"
        for name, value in options
        if name in LEFT_OUT
    ]


def refused(name: str, value: str | None, why: str, leaf: str, where: str) -> DockwrightError:
    """The error of an option that Swarm can't do.

    Example:
        >>> str(refused("pid", "host", "it is so", "web", "Procfile:1"))[:52]
        'Procfile:1: --pid host: not on Swarm: it is so; or l'
    """
    way = way_out(WayOut.LEAVE_ON_BOOT, leaf=leaf)
    return DockwrightError(f"{where}: {_shown(name, value)}: not on Swarm: {why}; or {way}")


def _shown(name: str, value: str | None) -> str:
    return f"--{name}" if value is None else f"--{name} {value}"
