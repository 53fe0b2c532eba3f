"""The chain as a site has it: its base image, and the arguments every build of it is given."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pyinfra import host
from pyinfra.api import HiddenValue
from pyinfra.api.operation import OperationMeta
from pyinfra.context import ctx_state

from dockwright.box.fact import fact_of
from dockwright.box.this_run import once
from dockwright.chain.declared import Chain, Surveyed, declared
from dockwright.chain.read import survey
from dockwright.deploys.box import Box
from dockwright.deploys.registry_access import logins
from dockwright.errors import DockwrightError
from dockwright.facts.apt import AptArchives
from dockwright.operations import image
from dockwright.site.apt_archive import Apt, mirrors

# the folder of an image's context that wheels are put into
_WHEELHOUSE = "wheelhouse"
# images that are called by what is in them
_DISTRIBUTIONS = ("debian", "ubuntu")


def base_image(box: Box, refresh: bool = False, **arguments: Any) -> OperationMeta:
    """The image that the chain begins with; with ``refresh`` a newer one though it is there.

    ``arguments`` are what pyinfra takes of any operation, such as ``_ignore_errors=True``.
    """
    here = box.settings
    return image.base(
        name=f"base image {here.base_image}",
        tag=here.base_image,
        suite=here.base_suite,
        source=here.base_source,
        mirror=here.mirror,
        security_mirror=here.security_mirror,
        refresh=refresh,
        registries=logins(box),
        **arguments,
    )


def externals(box: Box) -> list[str]:
    """The images that the site's chain may begin with: its base, and those of others."""
    return [box.settings.base_image, *box.settings.externals]


def site_chain(box: Box, args: Mapping[str, str], images: str | None = None) -> Chain:
    """The chain below ``images``, by default the site's, as this box's data declares it.

    Args:
        box: the box that builds it.
        args: build arguments.
        images: the folder.

    Raises:
        DockwrightError: no such folder, or no image in it.

    Example::

        site_chain(this_box(), {"BASE": "debian:trixie"}).images[0].name
    """
    folder = images or box.settings.images
    return declared(
        folder,
        args=args,
        externals=externals(box),
        registries=box.registries,
        own=box.settings.own,
        builder=box.settings.builder,
        surveyed=surveyed(folder),
    )


def surveyed(folder: str) -> Surveyed:
    """The image folders in ``folder``; read once a run."""
    run = ctx_state.get()  # type: ignore[no-untyped-call]
    if run is None:
        return survey(Path(folder))
    made: Surveyed = once(run, ("images in", folder), lambda: survey(Path(folder)))
    return made


def check_chain(
    box: Box, args: Mapping[str, str], images: str | None = None, only: Collection[str] = ()
) -> Chain:
    """The same, where ``only`` (by default all of it) can be built.

    Raises:
        DockwrightError: an image is in error, or has nowhere to fetch from what its flavour
            needs; nothing is changed by then.
    """
    chain = site_chain(box, args, images)
    chain.wanted(only)
    here = box.settings
    for source in chain.sources:
        if here.flavour == "upstream":
            for needed in source.upstream_args:
                if not chain.args.get(needed):
                    raise DockwrightError(
                        f"box {box.name}: dockwright_build_args: {needed}: not given, and flavour "
                        f"upstream of {source.name} is fetched by it; give it, or use flavour "
                        "distro"
                    )
    return chain


def check_wheelhouses(chain: Chain, box: Box) -> None:
    """Raise DockwrightError before anything is changed where an image has nowhere to pip from."""
    if box.settings.flavour == "upstream" or chain.args.get("PIP_INDEX_URL"):
        return
    for source in chain.sources:
        paths = [entry.path for entry in source.context]
        wheels = fnmatch.filter(paths, f"{_WHEELHOUSE}/*.whl")
        if _WHEELHOUSE in paths and not wheels:
            folder = Path(source.path).parent / _WHEELHOUSE
            raise DockwrightError(
                f"box {box.name}: {folder}: no wheels in it; run `dockwright wheelhouse {folder}`, "
                "or give PIP_INDEX_URL in dockwright_build_args"
            )


def build_arguments(box: Box) -> dict[str, str]:
    """Build arguments of the site; the mirrors are the box's own unless the site names others."""
    return site_arguments(box, *_own_mirrors(fact_of(host, AptArchives), box.settings.base_image))


def site_arguments(
    box: Box, mirror: str | None = None, security_mirror: str | None = None
) -> dict[str, str]:
    """The same without asking the box: but for its mirrors, which are in no recipe.

    Example::

        site_arguments(this_box())["BASE"]  # 'debian:bookworm'
    """
    here = box.settings
    values = {
        "BASE": here.base_image,
        "APT_MIRROR": here.mirror or mirror,
        "APT_SECURITY_MIRROR": here.security_mirror or security_mirror,
        "FLAVOUR": "" if here.flavour == "distro" else here.flavour,
        "SITE_CA_CERTIFICATES": "".join(f"{pem.strip()}\n" for pem in box.certificates().values()),
    }
    return {name: value for name, value in values.items() if value} | here.build_args


def _own_mirrors(apt: Apt, base: str) -> tuple[str | None, str | None]:
    """None where the base is of another distribution than the box: its own archives stay then."""
    name = base.rpartition("/")[2].partition(":")[0]
    if name in _DISTRIBUTIONS and name != apt.distribution:
        return None, None
    return mirrors(apt)


def build_secrets(box: Box) -> dict[str, HiddenValue]:
    """What builds may mount, by id; hidden from pyinfra, which shows an operation's arguments."""
    return {name: HiddenValue(value) for name, value in box.settings.build_secrets.items()}  # type: ignore[no-untyped-call]
