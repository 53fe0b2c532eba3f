"""What images an engine has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pyinfra.api.host import Host

from dockwright.box.fact import Fact
from dockwright.chain.engine_image import EngineImage
from dockwright.chain.external import familiar
from dockwright.chain.recipe import BUILT_LABEL
from dockwright.engine.place import SEE_LOG, USE, why_not
from dockwright.errors import NotReady, shown

__all__ = ["EngineImage", "Images", "images_on", "moment", "present"]

# The lines of an image as the engine's client has it, whole: of single fields some are left out by
# some engines (25 and newer know no date of an image without one), and a format then fails.
_SCRIPT = (
    USE
    + r"""
case $state in ready*) ;; *) echo "state $state"; exit ;; esac
ids=$(docker image ls --quiet --no-trunc) || { echo 'state silent'; exit; }
ids=$(printf '%s\n' "$ids" | sort -u)
# one that goes in between is no error
[ -z "$ids" ] || docker image inspect --format '{{json .}}' $ids 2>/dev/null || true
"""
)

_MOMENT = re.compile(r"(?P<second>[^.Z+]+?)(?:\.(?P<fraction>\d+))?(?P<zone>Z|[+-]\d\d:\d\d)")


class _Root(BaseModel):
    Layers: list[str] | None = None


class _Config(BaseModel):
    Labels: dict[str, str] | None = None


class _Told(BaseModel):
    """What is read of an image as the engine's client prints it."""

    model_config = ConfigDict(strict=True)

    Id: str = Field(min_length=1)
    RepoTags: list[str] | None = None
    RepoDigests: list[str] | None = None
    Created: str | None = None
    Architecture: str | None = None
    Config: _Config | None = None
    RootFS: _Root | None = None


class Images(Fact[dict[str, EngineImage] | str]):
    """The engine's images by ID and by each tag; a text where it can't be asked: its state, as
    `dockwright.engine.place` has it; see `images_on`.

    Example::

        host.get_fact(Images)["zenweb:latest"].id  # 'sha256:…'
    """

    about = "its images"

    def requires_command(self) -> str:
        return "docker"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> dict[str, EngineImage]:
        return {}

    def read(self, lines: Iterable[str]) -> dict[str, EngineImage] | str:
        images: dict[str, EngineImage] = {}
        for line in lines:
            if line.startswith("state "):
                return line.removeprefix("state ")
            inspection = _Told.model_validate_json(line)
            labels = dict(inspection.Config.Labels or {}) if inspection.Config else {}
            image = EngineImage(
                id=inspection.Id,
                tags=tuple(inspection.RepoTags or ()),
                digests=tuple(inspection.RepoDigests or ()),
                layers=tuple(inspection.RootFS.Layers or ()) if inspection.RootFS else (),
                labels=labels,
                created=_built(labels) or moment(inspection.Created),
                architecture=inspection.Architecture or "",
            )
            images[image.id] = image
            for tag in image.tags:
                images[tag] = image
        return images


def images_on(host: Host, **login: Any) -> dict[str, EngineImage]:
    """The images of ``host``'s engine, by ID and by each tag; none where there is no engine.

    Args:
        host: the box.
        login: how the fact is asked, such as ``_sudo=True``; by default as its operation is run.

    Raises:
        NotReady: there is an engine, and it does not answer. It may have any images: taken for
            an empty one, all would be built anew.

    Example::

        images_on(host)["zenweb:latest"].id  # 'sha256:…'
    """
    images: dict[str, EngineImage] | str = host.get_fact(Images, **login)
    if isinstance(images, str):
        if images == "silent":
            raise NotReady(f"box {host.name}: its engine does not answer; {SEE_LOG}")
        why = why_not(str(host.name), images) or f"box {host.name}: its engine is {shown(images)}"
        raise NotReady(why)
    return images


def present(on_box: Mapping[str, EngineImage], names: Iterable[str]) -> dict[str, EngineImage]:
    """What of ``names`` an engine has, by these; any spelling of a name will do.

    Example:
        >>> present({}, ["zenweb"])
        {}
    """
    by_name = {}
    for name in names:
        image = on_box.get(familiar(name)) or _by_digest(on_box, familiar(name))
        if image is not None:
            by_name[name] = image
    return by_name


def _by_digest(on_box: Mapping[str, EngineImage], name: str) -> EngineImage | None:
    """What is pinned by a digest has no tag by which it could be known."""
    if "@" not in name:
        return None
    return next((image for image in on_box.values() if name in image.digests), None)


def _built(labels: Mapping[str, str]) -> datetime | None:
    try:
        return moment(labels[BUILT_LABEL])
    except (KeyError, ValueError):
        return None  # of other hands


def moment(text: str | None) -> datetime | None:
    """A moment as the engine writes it, up to nine digits of a second.

    None where it tells none, as of an image that says nothing of when it was made: that is
    nothing at all, an empty text, or the year 1.

    Example:
        >>> moment("2026-11-24T12:00:00.123456789Z").microsecond
        123456
    """
    if not text or text.startswith("0001-01-01T"):
        return None
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text}: not a moment as RFC 3339 has it")
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    zone = "+00:00" if match["zone"] == "Z" else match["zone"]
    return datetime.fromisoformat(f"{match['second']}.{fraction}{zone}")
