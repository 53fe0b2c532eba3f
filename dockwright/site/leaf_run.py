"""A leaf that a site runs once more, as its data says it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from dockwright.site.types import PortNumber, Version, Word


class Run(BaseModel):
    """A leaf run once more under another name: which one, at which version, beside the first.

    ``ports`` are ports of the host, and ``data`` volumes and folders, by those of its Procfile.

    Example:
        >>> Run(leaf="web", version="1.2", ports={8000: 8001}).ports
        {8000: 8001}
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    leaf: Word
    version: Version | None = None
    ports: dict[PortNumber, PortNumber] = {}
    data: dict[str, str] = {}
