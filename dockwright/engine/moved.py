"""How far a push or a pull is, by what the engine says of its layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOVES = ("Downloading", "Pushing")
_DONE = ("Pull complete", "Already exists", "Pushed", "Layer already exists", "Mounted from")


class Transferred:
    """Counts the layers and bytes of one push or pull.

    Example:
        >>> moved = Transferred()
        >>> part = {"current": 1_500_000, "total": 9_000_000}
        >>> moved.take({"id": "a", "status": "Downloading", "progressDetail": part})
        >>> moved.take({"id": "b", "status": "Already exists"})
        >>> str(moved)
        '1 of 2 layers, 2 of 9 MB'
    """

    def __init__(self) -> None:
        self._layers: dict[str, bool] = {}
        self._bytes: dict[str, tuple[int, int]] = {}

    def take(self, message: Mapping[str, Any]) -> None:
        """Count what ``message``, one of the engine's, says."""
        layer, status = message.get("id"), str(message.get("status", ""))
        detail = message.get("progressDetail") or {}
        if not isinstance(layer, str) or status.startswith(("Pulling from", "The push")):
            return
        done = status.startswith(_DONE)
        self._layers[layer] = self._layers.get(layer, False) or done
        if status in _MOVES and detail.get("total"):
            self._bytes[layer] = int(detail.get("current", 0)), int(detail["total"])
        elif layer in self._bytes and (done or status == "Download complete"):
            total = self._bytes[layer][1]
            self._bytes[layer] = total, total

    def __str__(self) -> str:
        layers = f"{sum(self._layers.values())} of {len(self._layers)} layers"
        moved = sum(current for current, _ in self._bytes.values())
        total = sum(whole for _, whole in self._bytes.values())
        return f"{layers}, {moved / 1e6:.0f} of {total / 1e6:.0f} MB" if total else layers
