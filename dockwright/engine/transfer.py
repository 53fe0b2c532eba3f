"""Push and pull through the engine: the stream read to its end, errors raised.

What may pass is tried again, a few times; a refusal, or what can't be right the next time, is not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from dockwright import sdk
from dockwright.box.file_system import says_no_room
from dockwright.engine.moved import Transferred
from dockwright.errors import DockwrightError
from dockwright.registry.login import Login
from dockwright.text import lines

T = TypeVar("T")
Say = Callable[[str], None]

_LONGEST = 500
_PUSHED = re.compile(r": digest: (sha256:[0-9a-f]{64}) size: \d+$")
_EVERY = 2.0  # seconds between two words on how far it is
PAUSES = (1.0, 3.0, 9.0)  # seconds before each further try
_LASTING = (
    *("unauthorized", "authentication required", "denied", "no basic auth", "forbidden"),
    *("x509", "manifest unknown", "not found", "does not exist", "invalid"),
    *("no space left", "quota exceeded"),
)


def _silent(_: str) -> None:
    """Nobody is told how far it is."""


class _MayPass(DockwrightError):
    """A failure that may be gone at the next try: a broken connection, a registry's 5xx."""


def push(
    engine: sdk.APIClient, repository: str, tag: str, login: Login | None, say: Say = _silent
) -> tuple[str, int]:
    """Push ``repository:tag``; its digest in the registry, and the number of layers uploaded.

    ``say`` is told every few seconds how far it is.

    Raises:
        DockwrightError: the registry or the engine refused, or failed at every try; the SDK
            itself does not raise.

    Example::

        push(engine, "192.168.50.20:5000/zenweb", "latest", login)  # ('sha256:…', 2)
    """
    what = f"push {repository}:{tag}"

    def once() -> tuple[str, int]:
        messages = engine.push(
            repository, tag=tag, auth_config=_auth(login), stream=True, decode=True
        )
        digest, uploaded = "", 0
        for message in _told(_checked(messages, what), say):
            status = str(message.get("status", ""))
            # with containerd's store an engine says it in words alone
            said = _PUSHED.search(status)
            digest = str(message.get("aux", {}).get("Digest", said[1] if said else digest))
            uploaded += status == "Pushed"
        if not digest:
            raise _MayPass(
                f"{what}: ended without a digest (was the engine stopped?); run it again"
            )
        return digest, uploaded

    return _tried(once)


def pull(
    engine: sdk.APIClient, repository: str, digest: str, login: Login | None, say: Say = _silent
) -> None:
    """Pull ``repository@digest``, which may be a tag; ``say`` is told how far it is.

    Raises:
        DockwrightError: the registry or the engine refused, or failed at every try.

    Example::

        pull(engine, "192.168.50.20:5000/zenweb", "sha256:…", login)
    """

    what = f"pull {repository}{'@' if ':' in digest else ':'}{digest}"

    def once() -> None:
        # the SDK and the engine take a digest where they take a tag
        messages = engine.pull(
            repository, tag=digest, auth_config=_auth(login), stream=True, decode=True
        )
        for _ in _told(_checked(messages, what), say):
            pass

    _tried(once)


def _auth(login: Login | None) -> dict[str, str] | None:
    return None if login is None else login.auth_config()


def _tried(once: Callable[[], T]) -> T:
    for pause in PAUSES:
        try:
            return once()
        except _MayPass:
            time.sleep(pause)
    return once()


def _told(messages: Iterable[Mapping[str, Any]], say: Say) -> Iterable[Mapping[str, Any]]:
    moved, last = Transferred(), time.monotonic()
    for message in messages:
        moved.take(message)
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            say(str(moved))
        yield message


def _checked(messages: Iterable[Mapping[str, Any]], what: str) -> Iterable[Mapping[str, Any]]:
    for message in messages:
        if "errorDetail" in message or "error" in message:
            detail = message.get("errorDetail") or {}
            said = str(detail.get("message") or message.get("error"))
            words = " ".join(lines(said, _LONGEST))
            lasting = any(word in said.lower() for word in _LASTING)
            # where there is no room, whoever asked says of what
            way = "" if says_no_room(said) else "; see the registry's log and its credentials"
            raise (DockwrightError if lasting else _MayPass)(f"{what}: {words}{way}")
        yield message
