"""The settings on a dockerd command line, by the keys that daemon.json has for them.

dockerd does not start where one setting is given in both places, be it with the same value.
Evidence: findConfigurationConflicts in moby's daemon/config/config.go (a list or map clashes
as a whole, by the name of its key; `runtimes` alone are joined), and Docker 20.10's own answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# flags that take no word after them
_SWITCHES = frozenset(
    {"allow-direct-routing", "cri-containerd", "debug", "disable-legacy-registry", "experimental"}
    | {"help", "icc", "init", "ip-forward", "ip-forward-no-drop", "ip-masq", "ip6tables"}
    | {"iptables", "ipv6", "live-restore", "no-new-privileges", "raw-logs", "rootless"}
    | {"selinux-enabled", "tls", "tlsverify", "userland-proxy", "validate", "version"}
)
_SHORT = {
    "D": "debug", "G": "group", "H": "host", "b": "bridge", "g": "graph", "h": "help",
    "l": "log-level", "p": "pidfile", "s": "storage-driver", "v": "version",
}  # fmt: skip
_KEYS = {
    "add-runtime": "runtimes", "authorization-plugin": "authorization-plugins",
    "cdi-spec-dir": "cdi-spec-dirs", "cluster-store-opt": "cluster-store-opts",
    "default-address-pool": "default-address-pools",
    "default-network-opt": "default-network-opts", "default-ulimit": "default-ulimits",
    "dns-opt": "dns-opts", "exec-opt": "exec-opts", "feature": "features",
    "graph": "data-root", "host": "hosts",
    "insecure-registry": "insecure-registries", "label": "labels", "log-opt": "log-opts",
    "node-generic-resource": "node-generic-resources", "registry-mirror": "registry-mirrors",
    "storage-opt": "storage-opts",
}  # fmt: skip
_LISTS = frozenset(
    {"allow-nondistributable-artifacts", "authorization-plugins", "cdi-spec-dirs", "dns"}
    | {"dns-opts", "dns-search", "exec-opts", "hosts", "insecure-registries", "labels"}
    | {"node-generic-resources", "registry-mirrors", "storage-opts", "default-address-pools"}
    | {"host-gateway-ips"}
)
_MAPS = frozenset(
    {"cluster-store-opts", "default-network-opts", "default-ulimits", "features", "log-opts"}
    | {"runtimes"}
)
_TRUE, _FALSE = frozenset({"1", "t", "true"}), frozenset({"0", "f", "false"})


@dataclass(frozen=True)
class DaemonFlag:
    """One setting: ``key`` as daemon.json has it, ``name`` as it is written, and its value."""

    key: str
    name: str
    value: str

    def __str__(self) -> str:
        if "proxy" in self.key:
            return self.name  # a proxy's URI may hold a password
        return self.name if self.key in _SWITCHES and self.value == "true" else self._whole()

    def _whole(self) -> str:
        return f"{self.name}{'=' if self.name.startswith('--') else ' '}{self.value}"


def flags(words: Sequence[str]) -> tuple[DaemonFlag, ...]:
    """The settings in a command line, in its order.

    Args:
        words: of dockerd, or of what starts it: words before the first flag are passed over.

    Example:
        >>> [str(flag) for flag in flags(["dockerd", "-DH", "fd://", "--label=a=b"])]
        ['-D', '-H fd://', '--label=a=b']
    """
    return tuple(_read(list(words)))


def _read(words: list[str]) -> Iterable[DaemonFlag]:
    while words:
        word = words.pop(0)
        if word == "--":
            return
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            yield _flag(name, word[: 2 + len(name)], value if equals else _value(name, words))
        elif word.startswith("-"):
            yield from _short(word[1:], words)


def _short(letters: str, words: list[str]) -> Iterable[DaemonFlag]:
    """`-D`, `-DH fd://`, `-l=warn`, `-lwarn`: pflag's rules."""
    while letters:
        letter, letters = letters[0], letters[1:]
        name = _SHORT.get(letter, letter)
        if letters.startswith("="):
            value, letters = letters[1:], ""
        elif name in _SWITCHES:
            value = "true"
        elif letters:
            value, letters = letters, ""
        else:
            value = _value(name, words)
        yield _flag(name, f"-{letter}", value)


def _value(name: str, words: list[str]) -> str:
    """The word after a flag; a flag of a later dockerd has none where another flag follows."""
    known = name in _KEYS or name in _SHORT.values()
    if name in _SWITCHES or not words or (not known and words[0].startswith("-")):
        return "true"
    return words.pop(0)


def _flag(name: str, written: str, value: str) -> DaemonFlag:
    return DaemonFlag(_KEYS.get(name, name), written, value)


def values(daemon_flags: Iterable[DaemonFlag]) -> dict[str, Any]:
    """What daemon.json would say in their place; texts where it has numbers.

    Example:
        >>> values(flags(["-D", "--log-opt", "tag=x", "--label=a=b", "--label=c=d"]))
        {'debug': 'true', 'log-opts': {'tag': 'x'}, 'labels': ['a=b', 'c=d']}
    """
    made: dict[str, Any] = {}
    for flag in daemon_flags:
        if flag.key in _LISTS:
            made.setdefault(flag.key, []).extend(_elements(flag))
        elif flag.key in _MAPS:
            name, _, value = flag.value.partition("=")
            entries = made.setdefault(flag.key, {})
            entries[name] = _entry(flag.key, name, value, entries.get(name))
        else:
            made[flag.key] = flag.value
            if flag.key == "host-gateway-ip":
                # by both names since 28
                made.setdefault("host-gateway-ips", []).append(flag.value)
    return made


def _elements(flag: DaemonFlag) -> list[Any]:
    if flag.key == "default-address-pools":
        return [dict(part.partition("=")[::2] for part in flag.value.split(","))]
    return flag.value.split(",") if flag.key == "dns" else [flag.value]


def _entry(key: str, name: str, value: str, former: Any) -> Any:
    if key == "default-network-opts":
        option, _, text = value.partition("=")
        return {**(former or {}), option: text}
    if key == "features":
        return value or "true"
    if key == "default-ulimits":
        soft, _, hard = value.partition(":")
        return {"Name": name, "Hard": hard or soft, "Soft": soft}
    return {"path": value} if key == "runtimes" else value


def satisfied(asked: Any, present: Any) -> bool:
    """Whether a command line's value (of `values`) already is what is asked for, or has it too.

    Example:
        >>> satisfied(["a"], ["a", "b"]), satisfied({"max-size": "5m"}, {}), satisfied(True, "true")
        (True, False, True)
    """
    if isinstance(asked, list | tuple):
        return isinstance(present, list) and all(
            any(satisfied(item, other) for other in present) for item in asked
        )
    if isinstance(asked, Mapping):
        return isinstance(present, Mapping) and all(
            name in present and satisfied(value, present[name]) for name, value in asked.items()
        )
    if isinstance(asked, bool):
        return str(present).lower() in (_TRUE if asked else _FALSE)
    return str(asked) == str(present)
