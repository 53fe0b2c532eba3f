"""An image as a registry has it."""

from __future__ import annotations

from dataclasses import dataclass

from dockwright.registry.login import Login


@dataclass(frozen=True)
class Had:
    """An image as a registry has it."""

    registry: str
    login: Login | None  # None: without one
    digest: str  # sha256:…
