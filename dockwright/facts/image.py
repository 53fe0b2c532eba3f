"""What images an engine has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyinfra.api import FactBase
from pyinfra.api.host import Host

from dockwright.chain.plan import Present
from dockwright.chain.recipe import BUILT_LABEL
from dockwright.chain.reference import with_tag
from dockwright.engine.client import NOT_STOPPED
from dockwright.errors import NotReady

_FORMAT = (
    '{"id":{{json .Id}},"tags":{{json .RepoTags}},"digests":{{json .RepoDigests}},'
    '"layers":{{json .RootFS.Layers}},"created":{{json .Created}},'
    '"labels":{{if .Config}}{{json .Config.Labels}}{{else}}null{{end}}}'
)

_MOMENT = re.compile(r"(?P<second>[^.Z+]+?)(?:\.(?P<fraction>\d+))?(?P<zone>Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class EngineImage:
    """An image of an engine; ``layers`` are its RootFS.Layers, the lowest first."""

    id: str
    tags: tuple[str, ...]
    digests: tuple[str, ...]
    layers: tuple[str, ...]
    labels: dict[str, str]
    created: datetime

    def has(self, repository: str, digest: str) -> bool:
        """Whether ``repository`` has the image under ``digest``; it may have several.

        Example:
            >>> image.has("192.168.50.20:5000/zenweb", "sha256:…")  # doctest: +SKIP
            True
        """
        return f"{repository}@{digest}" in self.digests

    def has_digest(self, digest: str) -> bool:
        """Whether any registry has the image under ``digest``.

        Example:
            >>> image.has_digest("sha256:…")  # doctest: +SKIP
            True
        """
        return any(known.endswith(f"@{digest}") for known in self.digests)

    def digest_in(self, repository: str) -> str | None:
        """Its digest in ``host:port/name``, or None where it never went there or came from.

        Example:
            >>> image.digest_in("192.168.50.20:5000/zenweb")  # doctest: +SKIP
            'sha256:…'
        """
        for known in self.digests:
            name, _, digest = known.partition("@")
            if name == repository:
                return digest
        return None


class Images(FactBase[dict[str, EngineImage] | None]):
    """The engine's images by ID and by each tag; None where it does not answer; see `images_on`.

    Example:
        >>> host.get_fact(Images)["zenweb:latest"].id  # doctest: +SKIP
        'sha256:…'
    """

    def requires_command(self) -> str:
        return "docker"

    def command(self) -> str:
        return (
            f"if {NOT_STOPPED} && ids=$(docker image ls --quiet --no-trunc 2>/dev/null); then "
            'printf "%s" "$ids" | sort -u'
            f" | xargs -r docker image inspect --format '{_FORMAT}' 2>/dev/null || true"
            "; else echo down; fi"
        )

    @staticmethod
    def default() -> dict[str, EngineImage]:
        return {}

    def process(self, output: Iterable[str]) -> dict[str, EngineImage] | None:
        found: dict[str, EngineImage] = {}
        for line in output:
            if line == "down":
                return None
            raw = json.loads(line)
            labels = dict(raw["labels"] or {})
            image = EngineImage(
                id=raw["id"],
                tags=tuple(raw["tags"] or ()),
                digests=tuple(raw["digests"] or ()),
                layers=tuple(raw["layers"] or ()),
                labels=labels,
                created=_built(labels) or moment(raw["created"]),
            )
            found[image.id] = image
            for tag in image.tags:
                found[tag] = image
        return found


def images_on(host: Host, **login: Any) -> dict[str, EngineImage]:
    """The images of ``host``'s engine, by ID and by each tag; none where there is no engine.

    Args:
        host: the box.
        login: how the fact is asked, such as ``_sudo=True``; by default as its operation is run.

    Raises:
        NotReady: there is an engine, and it does not answer. It may have any images: taken for
            an empty one, all would be built anew.

    Example:
        >>> images_on(host)["zenweb:latest"].id  # doctest: +SKIP
        'sha256:…'
    """
    found = host.get_fact(Images, **login)
    if found is None:
        raise NotReady(
            f"box {host.name}: its engine does not answer; start it with deploy/docker_host.py, "
            "or see `systemctl status docker` there"
        )
    return found


def present(there: Mapping[str, EngineImage], names: Iterable[str]) -> dict[str, Present]:
    """What of ``names`` an engine has, as a plan takes it; without a tag ``latest`` is meant.

    Example:
        >>> present({}, ["zenweb"])
        {}
    """
    found = {}
    for name in names:
        if (image := there.get(with_tag(name))) is not None:
            found[name] = Present(image.id, image.labels, image.layers, image.created, image.tags)
    return found


def _built(labels: Mapping[str, str]) -> datetime | None:
    try:
        return moment(labels[BUILT_LABEL])
    except (KeyError, ValueError):
        return None  # of other hands


def moment(text: str) -> datetime:
    """A moment as the engine writes it, up to nine digits of a second; Python 3.10 reads six.

    Example:
        >>> moment("2026-11-24T12:00:00.123456789Z").microsecond
        123456
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text}: not a moment as RFC 3339 has it")
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    zone = "+00:00" if match["zone"] == "Z" else match["zone"]
    return datetime.fromisoformat(f"{match['second']}.{fraction}{zone}")
