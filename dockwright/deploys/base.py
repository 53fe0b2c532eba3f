"""The chain as a site has it: its base image, and the arguments every build of it is given."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyinfra import host
from pyinfra.api import HiddenValue
from pyinfra.api.operation import OperationMeta

from dockwright.chain.graph import Image, order
from dockwright.chain.read import read
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


def base_image(box: Box, refresh: bool = False, **given: Any) -> OperationMeta:
    """The image that the chain begins with; with ``refresh`` a newer one though it is there.

    ``given`` is what pyinfra takes of any operation, such as ``_ignore_errors=True``.
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
        **given,
    )


def externals(box: Box) -> list[str]:
    """The images that the site's chain may begin with: its base, and those of others."""
    return [box.settings.base_image, *box.settings.externals]


def check_chain(box: Box, args: Mapping[str, str], images: str | None = None) -> tuple[Image, ...]:
    """The chain below ``images``, by default the site's.

    Raises:
        DockwrightError: it has no build order; nothing is changed by then.
    """
    here = box.settings
    sources = read(Path(images or here.images))
    if here.flavour == "upstream":
        for source in sources:
            for needed in source.upstream_args:
                if not args.get(needed):
                    raise DockwrightError(
                        f"box {box.name}: dockwright_build_args: {needed}: not given, and flavour "
                        f"upstream of {source.name} is fetched by it; give it, or use flavour "
                        "distro"
                    )
    return order(
        sources,
        externals=externals(box),
        registries=box.registries,
        args=args,
    )


def check_wheelhouses(box: Box, args: Mapping[str, str]) -> None:
    """Raise DockwrightError before anything is changed where an image has nowhere to pip from."""
    if box.settings.flavour == "upstream" or args.get("PIP_INDEX_URL"):
        return
    for source in read(Path(box.settings.images)):
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
    here = box.settings
    main, security = _own_mirrors(host.get_fact(AptArchives), here.base_image)
    found = {
        "BASE": here.base_image,
        "APT_MIRROR": here.mirror or main,
        "APT_SECURITY_MIRROR": here.security_mirror or security,
        "FLAVOUR": "" if here.flavour == "distro" else here.flavour,
        "SITE_CA_CERTIFICATES": "".join(f"{pem.strip()}\n" for pem in box.certificates().values()),
    }
    return {name: value for name, value in found.items() if value} | here.build_args


def _own_mirrors(apt: Apt, base: str) -> tuple[str | None, str | None]:
    """None where the base is of another distribution than the box: its own archives stay then."""
    name = base.rpartition("/")[2].partition(":")[0]
    if name in _DISTRIBUTIONS and name != apt.distribution:
        return None, None
    return mirrors(apt)


def build_secrets(box: Box) -> dict[str, HiddenValue]:
    """What builds may mount, by id; hidden from pyinfra, which shows an operation's arguments."""
    return {name: HiddenValue(value) for name, value in box.settings.build_secrets.items()}  # type: ignore[no-untyped-call]
