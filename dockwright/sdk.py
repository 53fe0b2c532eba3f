"""The names of Docker's SDK, loaded when one of them is used.

The SDK takes 45 ms of the controller's processor time to load, requests among it, and a run that
finds nothing to do asks no engine by it. What an ``except`` names is looked up when something was
raised, and not before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docker import APIClient as APIClient
    from docker.errors import APIError as APIError
    from docker.errors import DockerException as DockerException
    from docker.errors import ImageNotFound as ImageNotFound
    from docker.errors import InvalidVersion as InvalidVersion
    from docker.errors import NotFound as NotFound
    from docker.errors import NullResource as NullResource

_ERRORS = (
    *("APIError", "DockerException", "ImageNotFound", "InvalidVersion", "NotFound"),
    "NullResource",
)
_MODULES = {"APIClient": "docker", **dict.fromkeys(_ERRORS, "docker.errors")}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value
