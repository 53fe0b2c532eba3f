"""What a service of a swarm has otherwise than declared, in words; defaults are no difference.

The engine fills in what nobody said, and leaves out what is empty. So both sides are laid out flat,
without what says nothing, and every other value counts: one that a person added by hand as well.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Path = tuple[str, ...]
# What an engine fills in, by the end of its path.
_DEFAULTS: Mapping[str, Any] = {
    "Isolation": "default",
    "Runtime": "container",
    "Protocol": "tcp",
    "PublishMode": "ingress",
    "Condition": "any",
}
# What says nothing of how a service is to be: how often it was restarted by hand, and what of an
# image or a secret the engine looked up by its name.
_IGNORED = {"ForceUpdate", "SecretID", "ConfigID", "Platforms"}
# Lists of which each item has a name of its own; the others are compared as a whole.
_NAMED: Mapping[str, str] = {
    "Mounts": "Target",
    "Secrets": "SecretName",
    "Configs": "ConfigName",
    "Networks": "Target",
    "Ulimits": "Name",
}
_SETS = frozenset({"CapabilityAdd", "CapabilityDrop", "Constraints", "Groups", "Hosts"})
_TEMPLATE = ("TaskTemplate",)
_CONTAINER = ("TaskTemplate", "ContainerSpec")
# How a person calls what is at a path, the longest one first.
_WORDS: Sequence[tuple[Path, str]] = (
    ((*_CONTAINER, "Image"), "image"),
    ((*_CONTAINER, "Env"), "env"),
    ((*_CONTAINER, "Secrets"), "secret"),
    ((*_CONTAINER, "Configs"), "config"),
    ((*_CONTAINER, "Mounts"), "mount"),
    ((*_CONTAINER, "Labels"), "container label"),
    ((*_CONTAINER, "CapabilityAdd"), "cap-add"),
    ((*_CONTAINER, "CapabilityDrop"), "cap-drop"),
    ((*_CONTAINER, "Healthcheck"), "health"),
    ((*_CONTAINER, "ReadOnly"), "read-only"),
    ((*_CONTAINER, "StopGracePeriod"), "stop-timeout"),
    ((*_CONTAINER, "Args"), "command"),
    ((*_CONTAINER, "Command"), "entry point"),
    ((*_CONTAINER, "User"), "user"),
    (_CONTAINER, ""),
    (("Mode", "Replicated", "Replicas"), "replicas"),
    (("EndpointSpec", "Ports"), "port"),
    (("EndpointSpec",), "endpoint"),
    ((*_TEMPLATE, "Resources", "Limits"), "limit"),
    ((*_TEMPLATE, "Resources", "Reservations"), "reservation"),
    ((*_TEMPLATE, "Placement", "Constraints"), "placement"),
    ((*_TEMPLATE, "Networks"), "network"),
    ((*_TEMPLATE, "LogDriver"), "logs"),
    ((*_TEMPLATE, "RestartPolicy"), "restart"),
    (_TEMPLATE, ""),
    (("UpdateConfig",), "update"),
    (("RollbackConfig",), "rollback"),
    (("Labels",), "label"),
)
# of these both values are told: they are short, and no secrets
_SHOWN = {"replicas", "placement", "network", "read-only"}
_BY_NAME = {"env", "secret", "config", "mount", "network"}
_DIGEST = re.compile("sha256:[0-9a-f]{64}")


def flat(spec: Mapping[str, Any]) -> dict[Path, Any]:
    """A specification laid out by paths, without what says nothing.

    Args:
        spec: a ServiceSpec as the engine's API has it; networks by their names.

    Example:
        >>> flat({"Mode": {"Replicated": {"Replicas": 2}}, "Labels": {}})
        {('Mode', 'Replicated', 'Replicas'): 2}
    """
    return dict(_flat((), spec))


def differences(wanted: Mapping[str, Any], has: Mapping[str, Any]) -> tuple[str, ...]:
    """What differs, each a few words; no value of the environment is among them.

    Args:
        wanted: the specification that is declared.
        has: the one that the swarm has.

    Example:
        >>> wanted, has = ({"Mode": {"Replicated": {"Replicas": n}}} for n in (2, 3))
        >>> differences(wanted, has)
        ('replicas 3→2',)
    """
    here, there = flat(wanted), flat(has)
    changed = [path for path in {**there, **here} if here.get(path) != there.get(path)]
    words = {_words(path, there.get(path), here.get(path)): None for path in sorted(changed)}
    return tuple(words)


def _flat(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    key = path[-1] if path else ""
    if key in _IGNORED or value in (None, "", False, 0) or value == _DEFAULTS.get(key):
        return
    if isinstance(value, Mapping):
        for name, within in value.items():
            yield from _flat((*path, str(name)), within)
    elif isinstance(value, (list, tuple)):
        yield from _list(path, key, value)
    else:
        yield path, value


def _list(path: Path, key: str, value: Sequence[Any]) -> Iterator[tuple[Path, Any]]:
    if key == "Env":
        for text in value:
            name, equals, rest = str(text).partition("=")
            yield (*path, name), f"{equals}{rest}"
    elif key == "Ports":
        for one in value:
            yield (*path, _port(one)), True
    elif key in _NAMED:
        for at, one in enumerate(value):
            name = str(one.get(_NAMED[key]) or at)
            # that there is one at all, though nothing else is said of it
            yield (*path, name), True
            yield from _flat((*path, name), {k: v for k, v in one.items() if k != _NAMED[key]})
    elif value:
        yield path, tuple(sorted(map(str, value))) if key in _SETS else _plain(value)


def _plain(value: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(tuple(_flat((), one)) if isinstance(one, Mapping) else one for one in value)


def _port(one: Mapping[str, Any]) -> str:
    mode = "host" if one.get("PublishMode") == "host" else "mesh"
    published = one.get("PublishedPort") or ""
    return f"{published}→{one.get('TargetPort')}/{one.get('Protocol') or 'tcp'} {mode}"


def _words(path: Path, was: Any, now: Any) -> str:
    prefix, word = next(
        ((known, word) for known, word in _WORDS if path[: len(known)] == known), ((), "")
    )
    within = path[len(prefix) :]
    # of what has a name of its own, that name says enough
    rest = within[0] if within and word in _BY_NAME else ".".join(within)
    named = " ".join(filter(None, (word, rest))) or ".".join(path)
    if word == "image":
        return f"image {_image(was)}→{_image(now)}"
    if word in _SHOWN:
        return f"{named} {_told(was)}→{_told(now)}"
    return named


def _told(value: Any) -> str:
    if value is None:
        return "none"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _image(value: Any) -> str:
    if value is None:
        return "none"
    digest = _DIGEST.search(str(value))
    return f"{digest.group()[:13]}…" if digest else str(value)
