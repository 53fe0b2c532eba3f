"""The site's values for a leaf's containers as a secret of Swarm, which no inspection shows.

A service's own environment stands in its specification for whoever may ask the engine. So what a
site gives is a secret, a file that `sh` of the image reads before it becomes the image's program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from dockwright.value import Value

FILE = "dockwright-environment"  # in /run/secrets
_LONGEST = 64  # bytes of a secret's name, to the engine
_DIGITS = 16
_SHELL = ("/bin/sh", "-c", f'. /run/secrets/{FILE} && exec "$@"', "sh")


@dataclass(frozen=True)
class ImageProgram(Value):
    """What an image runs by itself: entry point, command, and the test of its HEALTHCHECK."""

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    health: Mapping[str, Any] = field(default_factory=dict)  # as the engine has it


def text_of(env: Sequence[tuple[str, str]]) -> str:
    """The secret's text: a line of `sh` for each variable, which takes every value as it stands.

    Example:
        >>> text_of([("GREETING", "it's")])
        "export GREETING='it'\\\\''s'\\n"
    """
    return "".join(
        "export {}='{}'\n".format(name, value.replace("'", "'\\''")) for name, value in env
    )


def secret_name(service: str, text: str) -> str:
    """A secret's name: its service's, and its content's hash, as a secret never changes.

    Example:
        >>> secret_name("web_web", "export A='1'\\n")
        'web_web-27f7f3e8330c9008'
    """
    digits = sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:_DIGITS]
    return f"{service[: _LONGEST - _DIGITS - 1]}-{digits}"


def command_line(
    image: ImageProgram, entrypoint: str | None, command: Sequence[str], reads: bool
) -> dict[str, Any]:
    """The part of a container's specification that says what it runs.

    Args:
        image: what the image runs.
        entrypoint: that of the run line; empty: none at all.
        command: the words behind the image in the run line.
        reads: whether it reads the secret first.

    Example:
        >>> command_line(ImageProgram(("/app",), ("serve",)), None, (), reads=False)
        {}
        >>> command_line(ImageProgram(("/app",), ("serve",)), None, (), reads=True)["Args"]
        ['/app', 'serve']
    """
    if reads:
        # as docker itself: another entry point takes the image's command away
        own = [entrypoint] if entrypoint else []
        entry = [*image.entrypoint] if entrypoint is None else own
        rest = [*command] or ([*image.command] if entrypoint is None else [])
        return {"Command": [*_SHELL], "Args": [*entry, *rest]}
    made: dict[str, Any] = {}
    if entrypoint:
        made["Command"] = [entrypoint]
    if command:
        made["Args"] = [*command]
    return made


def health(image: ImageProgram, own: Mapping[str, Any], reads: bool) -> dict[str, Any]:
    """A service's health check; its test reads the secret too, as a boot job's has the values.

    Args:
        image: what the image runs.
        own: the check that the run line asks for; empty: the image's.
        reads: whether there is a secret.

    Example:
        >>> health(ImageProgram(), {"Test": ["CMD", "true"]}, reads=False)
        {'Test': ['CMD', 'true']}
    """
    test = own.get("Test") or image.health.get("Test")
    if not reads or not test or test == ["NONE"]:
        return dict(own)
    words = ["/bin/sh", "-c", test[1]] if test[0] == "CMD-SHELL" else [*test[1:]]
    return {**image.health, **own, "Test": ["CMD", *_SHELL, *words]}
