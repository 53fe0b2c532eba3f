"""The registries of a site, asked what they have through one of its boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright.deploys.box import Box
from dockwright.deploys.registry_access import logins
from dockwright.errors import DockwrightError
from dockwright.facts.catalogue import catalogue
from dockwright.facts.manifests import digests
from dockwright.registry.login import resolve
from dockwright.run.status.declared import images_of
from dockwright.status.judged.registry import absent_registry, registry_row
from dockwright.status.read import BoxRead
from dockwright.status.rows import RegistryRow


def asked_registries(
    answering: Mapping[Host, Box],
    boxes: Sequence[Box],
    read: Mapping[str, BoxRead],
    absent: Mapping[str, str],
) -> tuple[list[RegistryRow], dict[str, str]]:
    """The rows of all registries, and the digests that they have of images that leaves run.

    Args:
        answering: the boxes that answer, connected, with their data.
        boxes: the data of all boxes.
        read: what each box that answers says of itself, and of its registry.
        absent: the boxes that a person left out, each with why.

    Example::

        rows, current = asked_registries({host: box}, [box], {}, {})
        current  # {'zenweb:latest': 'sha256:…'}
    """
    rows: list[RegistryRow] = []
    current: dict[str, str] = {}
    places: dict[str, str | None] = {}
    for box in boxes:
        places |= box.registries
    for place, keeper in places.items():
        if keeper is not None and keeper in absent:
            rows.append(absent_registry(place, keeper, absent[keeper]))
            continue
        said = read.get(keeper or "", BoxRead())
        its = said.collected, said.verified
        # the registry's own box, or whichever pulls from there
        able = sorted(
            (host for host, box in answering.items() if place in box.registries),
            key=lambda host: str(host.name) != keeper,
        )
        if not able:
            why = "was not asked: no box answers that knows it"
            rows.append(registry_row(place, keeper, None, said.size, why, *its))
            continue
        host = able[0]
        with ctx_host.use(host):
            try:
                images, has = _has(host, answering[host], place, keeper)
            except DockwrightError as error:
                rows.append(registry_row(place, keeper, None, said.size, str(error), *its))
                continue
        rows.append(registry_row(place, keeper, images, said.size, "", *its))
        # what the main registry has is what a run would pull
        current = {**has, **current}
    return rows, current


def _has(
    host: Host, box: Box, place: str, keeper: str | None
) -> tuple[dict[str, tuple[str, ...]] | None, dict[str, str]]:
    login = resolve(logins(box)[place])
    # somebody else's registry lists nothing to who may only read
    images = None if keeper is None else catalogue(host, place, login)
    wanted = [one.in_registry for one in images_of(box).values()]
    has = digests(host, place, wanted, login)
    return images, {image: digest for image, digest in has.items() if digest is not None}
