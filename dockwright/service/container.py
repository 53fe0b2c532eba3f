"""A run line's options as the part of a service's specification that is about its containers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dockwright.boot.flags import long_flag
from dockwright.boot.job import Job
from dockwright.boot.run_line import Option
from dockwright.errors import DockwrightError
from dockwright.service.amounts import in_bytes, nano_cpus, nanoseconds, number
from dockwright.service.environment import FILE, ImageProgram, command_line, health
from dockwright.service.flags import refused

Spec = dict[str, Any]
NO_NEW = "no-new-privileges"
NO_NEW_SINCE = (1, 44)  # the version of the engine's API that knows it of services
_SECOND = 10**9
_CAPABILITY = re.compile(r"(?:CAP_)?(?P<name>[A-Z_]+)")
_UNSET = {"false", "0"}


def options_of(job: Job) -> tuple[list[Option], tuple[str, ...]]:
    """The options of a job's run line under their long names, and the words behind the image.

    Example:
        >>> options_of(Job("web", "web", 1, "web", ("run", "--init", "web", "a"), (), (), 10))
        ([('init', None)], ('a',))
    """
    words, options = list(job.argv[1:]), list[Option]()
    while words and words[0].startswith("--"):
        name, equals, value = words.pop(0)[2:].partition("=")
        if equals:
            options.append((name, value))
        elif long_flag(name, job.name).takes_value:
            options.append((name, words.pop(0)))
        else:
            options.append((name, None))
    kept = [(name, value) for name, value in options if name not in ("rm", "name")]
    return kept, tuple(words[1:])


def container(
    options: Sequence[Option],
    command: Sequence[str],
    job: Job,
    image: ImageProgram,
    secret: str | None,
    api: tuple[int, int],
    where: str,
) -> Spec:
    """The ``ContainerSpec`` without its mounts.

    Args:
        options: of the run line, those that Swarm takes.
        command: the words behind the image.
        job: whose it is.
        image: what the image runs by itself.
        secret: the name of the secret with the site's values; None where it gives none.
        api: the version of the engine's API.
        where: what errors call the run line.

    Raises:
        DockwrightError: a value that docker does not take, or that Swarm can't do.

    Example:
        >>> job = Job("web", "web", 1, "web@sha256:…", ("run", "web"), (), (), 10)
        >>> container([("user", "1000")], (), job, ImageProgram(), None, (1, 41), "P:1")["User"]
        '1000'
    """
    one = {name: value or "" for name, value in options}
    each: dict[str, list[str]] = {}
    for name, value in options:
        each.setdefault(name, []).append(value or "")
    made: Spec = {
        "Image": job.image,
        **command_line(image, one.get("entrypoint"), command, reads=secret is not None),
        "Env": [_literal(text) for text in _environment(each, job)],
        "Labels": dict(_pair(text) for text in each.get("label", ())),
        "User": one.get("user", ""),
        "Dir": one.get("workdir", ""),
        "Hostname": _literal(one.get("hostname", "")),
        "Groups": each.get("group-add", []),
        "ReadOnly": "read-only" in one and one["read-only"] not in _UNSET,
        "StopSignal": one.get("stop-signal", ""),
        "StopGracePeriod": job.stop_timeout * _SECOND,
        "Hosts": [_host(text, where) for text in each.get("add-host", ())],
        "DNSConfig": {
            "Nameservers": each.get("dns", []),
            "Search": each.get("dns-search", []),
            "Options": each.get("dns-option", []),
        },
        "CapabilityAdd": sorted({_capability(text, where) for text in each.get("cap-add", ())}),
        "CapabilityDrop": sorted({_capability(text, where) for text in each.get("cap-drop", ())}),
        "Sysctls": dict(_pair(text) for text in each.get("sysctl", ())),
        "Ulimits": [_ulimit(text, where) for text in each.get("ulimit", ())],
        "Healthcheck": health(image, _health(one, where), reads=secret is not None),
        "Privileges": _privileges(each.get("security-opt", ()), api, job.leaf, where),
    }
    if "init" in one and one["init"] not in _UNSET:
        made["Init"] = True
    if secret is not None:
        file = {"Name": FILE, "UID": "0", "GID": "0", "Mode": 0o444}
        made["Secrets"] = [{"SecretName": secret, "File": file}]
    return made


def resources(one: Mapping[str, str], where: str) -> Spec:
    """The ``Resources`` of options by name: a service's limits.

    Example:
        >>> resources({"cpus": "0.5"}, "Procfile:1")
        {'Limits': {'NanoCPUs': 500000000}}
    """
    limits: Spec = {}
    if "cpus" in one:
        limits["NanoCPUs"] = nano_cpus(one["cpus"], where)
    if "memory" in one:
        limits["MemoryBytes"] = in_bytes(one["memory"], where)
    pids = number(one.get("pids-limit", "0"), f"{where}: --pids-limit")
    if pids > 0:
        limits["Pids"] = pids
    made: Spec = {"Limits": limits} if limits else {}
    if "memory-reservation" in one:
        its = in_bytes(one["memory-reservation"], where)
        made["Reservations"] = {"MemoryBytes": its}
    return made


def log_driver(options: Sequence[Option]) -> Spec:
    """The ``LogDriver``; empty: the engine's own.

    Example:
        >>> log_driver([("log-opt", "max-size=10m")])
        {'Options': {'max-size': '10m'}}
    """
    name = [value or "" for option, value in options if option == "log-driver"]
    its = dict(_pair(value or "") for option, value in options if option == "log-opt")
    return {**({"Name": name[-1]} if name else {}), **({"Options": its} if its else {})}


def _environment(each: Mapping[str, Sequence[str]], job: Job) -> list[str]:
    """What the run line gives itself, and PORT, which is no secret; the last one of a name."""
    written = dict(text.partition("=")[::2] for text in each.get("env", ()) if "=" in text)
    written |= {name: value for name, value in job.env if name == "PORT"}
    return [f"{name}={value}" for name, value in sorted(written.items())]


def _literal(text: str) -> str:
    """A text that Swarm, which fills in Go's templates, leaves as it is."""
    return text.replace("{{", '{{"{{"}}')


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _host(text: str, where: str) -> str:
    name, separator, address = text.partition("=" if "=" in text else ":")
    if not separator or not name or not address:
        raise DockwrightError(f"{where}: --add-host {text}: write NAME:ADDRESS")
    return f"{address.strip('[]')} {name}"


def _capability(text: str, where: str) -> str:
    match = _CAPABILITY.fullmatch(text.upper())
    if match is None:
        raise DockwrightError(f"{where}: --cap-add, --cap-drop {text}: no capability")
    return "ALL" if match["name"] == "ALL" else f"CAP_{match['name']}"


def _ulimit(text: str, where: str) -> Spec:
    name, _, limits = text.partition("=")
    soft, colon, hard = limits.partition(":")
    first = number(soft, f"{where}: --ulimit {text}:")
    last = number(hard, f"{where}: --ulimit {text}:") if colon else first
    return {"Name": name, "Soft": first, "Hard": last}


def _health(one: Mapping[str, str], where: str) -> Spec:
    if "no-healthcheck" in one and one["no-healthcheck"] not in _UNSET:
        return {"Test": ["NONE"]}
    made: Spec = {}
    if "health-cmd" in one:
        made["Test"] = ["CMD-SHELL", one["health-cmd"]]
    for option, key in (
        ("health-interval", "Interval"),
        ("health-timeout", "Timeout"),
        ("health-start-period", "StartPeriod"),
    ):
        if option in one:
            made[key] = nanoseconds(one[option], f"{where}: --{option}")
    if "health-retries" in one:
        made["Retries"] = number(one["health-retries"], f"{where}: --health-retries")
    return made


def _privileges(texts: Sequence[str], api: tuple[int, int], leaf: str, where: str) -> Spec:
    made: Spec = {}
    for text in texts:
        name, _, value = text.replace(":", "=", 1).partition("=")
        if name != NO_NEW:
            why = "of these it knows no-new-privileges alone"
            raise refused("security-opt", text, why, leaf, where)
        if value not in ("false", "0") and api >= NO_NEW_SINCE:
            made["NoNewPrivileges"] = True
    return made
