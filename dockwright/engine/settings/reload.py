"""What a running engine takes at SIGHUP, and what only at its start.

Asked of Debian's Docker 20.10.24, 26.1.5 and 28.5.2 on 2026-11-29: daemon.json with one key, a
SIGHUP, and the log's `Reloaded configuration: {…}`; where the engine tells more (`docker info`),
that too. The three answered alike:

tests/lab/test_daemon_keys.py asks them again.

    key                                        at SIGHUP   gone from the file, at SIGHUP
    debug, labels, live-restore                taken       stays as it was
    default-runtime, runtimes                  taken       stays as it was
    insecure-registries, registry-mirrors      taken       stays as it was
    shutdown-timeout, default-shm-size         taken       stays as it was
    max-concurrent-downloads, -uploads         taken       back to the default
    max-download-attempts                      taken       back to the default
    allow-nondistributable-artifacts           taken (28: no such setting any more)
    features                                   listed, but the image store that runs stays:
                                               restart
    log-driver, log-opts, log-level, mtu, bip, dns, default-ulimits, default-address-pools,
    exec-opts, storage and hosts, experimental, proxies, no-new-privileges, metrics-addr,
    node-generic-resources, network-diagnostic-port, builder: restart

`authorization-plugins` was not tried with a plugin: it is by Docker's documentation,
https://docs.docker.com/reference/cli/dockerd/#configuration-reload-behavior
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

_RESET = frozenset({"max-concurrent-downloads", "max-concurrent-uploads", "max-download-attempts"})
_TAKEN = _RESET | frozenset(
    {"authorization-plugins", "debug", "default-runtime", "default-shm-size", "labels"}
    | {"insecure-registries", "live-restore", "registry-mirrors", "runtimes", "shutdown-timeout"}
)


def is_enough(changed: Collection[str], removed: Collection[str]) -> bool:
    """Whether a running engine takes these changes of daemon.json's keys without a restart.

    Example:
        >>> is_enough({"debug"}, set()), is_enough({"debug"}, {"debug"}), is_enough({"mtu"}, set())
        (True, False, False)
    """
    return set(changed) <= _TAKEN and set(removed) <= _RESET


def is_another_store(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether an engine that goes from daemon.json's keys ``before`` to ``after`` leaves its images
    behind: they stay where it kept them, and it has others, or none.

    Example:
        >>> is_another_store({}, {"features": {"containerd-snapshotter": True}})
        True
    """
    return _store(before) != _store(after)


def _store(keys: Mapping[str, Any]) -> tuple[Any, ...]:
    features = keys.get("features")
    of_containerd = isinstance(features, dict) and features.get("containerd-snapshotter") is True
    return of_containerd, keys.get("storage-driver"), keys.get("data-root")
