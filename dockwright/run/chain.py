"""What a run would do about the chain on one box, and what of it the site decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyinfra.api.host import Host

from dockwright.box.privilege import as_root
from dockwright.chain.declared import Chain, declared
from dockwright.chain.dialect import NEWEST
from dockwright.chain.plan import Step, plan
from dockwright.deploys.base import build_arguments, externals, site_arguments
from dockwright.deploys.box import Box, builder, this_box
from dockwright.deploys.leaf_folders import REGISTRY_LEAF, registry_images
from dockwright.deploys.registry_access import logins
from dockwright.errors import NotReady
from dockwright.facts.builders import dialect_on
from dockwright.facts.image import images_on, present
from dockwright.facts.manifests import digests
from dockwright.facts.signatures import as_they_should
from dockwright.registry.login import resolve
from dockwright.run.inventory import box as connected_box
from dockwright.run.inventory import data_of


@dataclass(frozen=True)
class ChainPlan:
    """The steps on one ``box``; ``notice`` says why there are none, or what could not be asked.

    ``chain`` is None where the box has nothing to do with one.
    """

    box: str
    steps: tuple[Step, ...]
    notice: str | None
    chain: Chain | None = None

    @property
    def drift(self) -> bool:
        """Whether anything is to be done."""
        return any(step.action != "none" for step in self.steps)


def site_chain(
    inventory: str | None = None,
    path: Path | None = None,
    args: Mapping[str, str] | None = None,
    further: Collection[str] = (),
    own: Collection[str] = (),
    platform: str | None = None,
) -> Chain:
    """The chain as the builder of a site is to build it; no box is connected.

    Args:
        inventory: as for `dockwright.run.inventory.load`.
        path: folder of the images; None for the site's.
        args: build arguments that win over the site's.
        further: images from outside, besides those of the site's data.
        own: prefixes of the tree's own images, besides those of the site's data.
        platform: that of a builder that nobody has asked.

    Raises:
        DockwrightError: no such inventory, its data is in error, or no such folder.

    Example::

        site_chain().images[0].recipe.digest
    """
    with data_of(None, inventory):
        box = this_box()
        return _declared(
            box, path or Path(box.settings.images), site_arguments(box) | dict(args or {}),
            further, own, platform,
        )  # fmt: skip


def _declared(
    box: Box,
    path: Path,
    args: Mapping[str, str],
    further: Collection[str] = (),
    own: Collection[str] = (),
    platform: str | None = None,
) -> Chain:
    return declared(
        path,
        args=args,
        externals=[*externals(box), *further],
        registries=box.registries,
        own=[*box.settings.own, *own],
        builder=box.settings.builder,
        dialect=NEWEST if platform is None else replace(NEWEST, platform=platform),
    )


def chain_plan(
    name: str | None = None,
    inventory: str | None = None,
    path: Path | None = None,
    args: Mapping[str, str] | None = None,
    only: Collection[str] = (),
    own: Collection[str] = (),
) -> ChainPlan:
    """What `deploy/images.py` would do on a box, and on a registry's box `registry_host.py`.

    Args:
        name: the box; None for the one that builds.
        inventory: as for `dockwright.run.inventory.load`.
        path: folder of the images; None for the site's.
        args: build arguments that win over the site's.
        only: these images and their ancestors; empty for what the box is to have.
        own: prefixes of the tree's own images, besides those of the site's data.

    Raises:
        DockwrightError: no such box, it can't be reached, or an image of ``only`` is in error.

    Example::

        chain_plan("docker").drift  # False
    """
    with connected_box(name, inventory) as host:
        box = this_box()
        here = box.settings
        # a registry's box builds its own image, and asks no registry for it
        builds = box.name == builder()
        if not builds and not box.is_in("registry_hosts"):
            return ChainPlan(
                box.name,
                (),
                f"box {box.name} builds nothing and pulls its leaves; box {builder()} builds",
            )
        folder = here.images if builds else registry_images(here.images)
        chain = _declared(
            box, path or Path(folder), build_arguments(box) | dict(args or {}), (), own
        )
        if chain.hangs_on:
            chain = chain.read_by(dialect_on(host, here.builder, **as_root(host)))
        if not only and not builds:
            only = [REGISTRY_LEAF]
        if only:
            chain.wanted(only)
        images = chain.images
        on_box = images_on(host, **as_root(host))
        tags = {f"{image.name}:{image.recipe.tag}": image.name for image in images}
        has, notice = _has(host, box, tags) if builds else ({}, None)
        steps = plan(
            images,
            present(on_box, (image.name for image in images)),
            externals=present(on_box, {n for image in images for n in image.external_parents}),
            now=datetime.now(UTC),
            max_age=None if here.max_age_days is None else timedelta(days=here.max_age_days),
            only=only,
            available={tags[tag] for tag in has},
        )
    return ChainPlan(box.name, steps, notice, chain)


def _has(host: Host, box: Box, tags: Mapping[str, str]) -> tuple[Mapping[str, str], str | None]:
    try:
        login = resolve(logins(box)[box.registry])
        has = digests(host, box.registry, tags, login)
        # a run takes no other from there
        there = {tag: (tags[tag], digest) for tag, digest in has.items() if digest}
        signed = as_they_should(host, box.registry, {*there.values()}, login)
        return {tag: one[1] for tag, one in there.items() if one in signed}, None
    except NotReady as error:
        return {}, str(error)
