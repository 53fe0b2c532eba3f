"""Push and pull through the engine: the stream read to its end, errors raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from docker import APIClient

from dockwright.errors import DockwrightError
from dockwright.registry.login import Login


def push(engine: APIClient, repository: str, tag: str, login: Login | None) -> tuple[str, int]:
    """Push ``repository:tag``; its digest in the registry, and the number of layers uploaded.

    Raises:
        DockwrightError: the registry or the engine refused; the SDK itself does not raise.

    Example:
        >>> push(engine, "192.168.50.20:5000/zenweb", "latest", login)  # doctest: +SKIP
        ('sha256:…', 2)
    """
    auth = None if login is None else login.auth_config()
    messages = engine.push(repository, tag=tag, auth_config=auth, stream=True, decode=True)
    digest, uploaded = "", 0
    for message in _checked(messages, f"push {repository}:{tag}"):
        digest = str(message.get("aux", {}).get("Digest", digest))
        uploaded += message.get("status") == "Pushed"
    if not digest:
        raise DockwrightError(
            f"push {repository}:{tag}: ended without a digest (was the engine stopped?); "
            "run it again"
        )
    return digest, uploaded


def pull(engine: APIClient, repository: str, digest: str, login: Login | None) -> None:
    """Pull ``repository@digest``.

    Raises:
        DockwrightError: the registry or the engine refused.

    Example:
        >>> pull(engine, "192.168.50.20:5000/zenweb", "sha256:…", login)  # doctest: +SKIP
    """
    auth = None if login is None else login.auth_config()
    # the SDK and the engine take a digest where they take a tag
    messages = engine.pull(repository, tag=digest, auth_config=auth, stream=True, decode=True)
    for _ in _checked(messages, f"pull {repository}@{digest}"):
        pass


def _checked(messages: Iterable[Mapping[str, Any]], what: str) -> Iterable[Mapping[str, Any]]:
    for message in messages:
        if "errorDetail" in message or "error" in message:
            detail = message.get("errorDetail") or {}
            said = str(detail.get("message") or message.get("error"))
            raise DockwrightError(f"{what}: {said}; see the registry's log and its credentials")
        yield message
