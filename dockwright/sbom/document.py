"""An image's SBOM: CycloneDX's JSON, made of the files that say what is in it."""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from dockwright.errors import DockwrightError, shown
from dockwright.sbom.packages import STATUS, Package, others, release, status

if TYPE_CHECKING:
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component
    from debsbom.dpkg.package import Package as DebianPackage

SCHEMA = "1.6"  # of CycloneDX
# Properties of ours. Those of the whole document:
IMAGE, SUITE, UNREAD = "dockwright:image", "dockwright:suite", "dockwright:unread"
# and, of a source package, that only parts of it are in binaries that were built of another one
BUILT_USING = "dockwright:built-using"
# what the schema takes for an address of mail; packages of others name URLs there
_MAIL = re.compile(r"[^@\s<>]+@[A-Za-z0-9.-]+")
_WHEN_UNKNOWN = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Described:
    """The image that an SBOM is of: its ID, when it was built, and for which processor."""

    image: str  # sha256:…
    created: datetime | None
    architecture: str  # as the engine says it: amd64, arm64, arm, 386


# what dpkg calls those that the engine calls otherwise
_DEBIAN = {"386": "i386", "arm": "armhf", "ppc64le": "ppc64el", "mips64le": "mips64el"}


def can_be_made() -> bool:
    """Whether this Python has the packages that SBOMs are made with; another installation may not.

    Example:
        >>> isinstance(can_be_made(), bool)
        True
    """
    return find_spec("debsbom") is not None


def check_can_be_made() -> None:
    """Raise DockwrightError where this Python has not the packages for it.

    Example::

        check_can_be_made()
    """
    if not can_be_made():
        raise DockwrightError(
            "SBOMs are read and written by debsbom, which is not installed here; "
            "install Dockwright with all that it requires"
        )


def document(files: Mapping[str, bytes], of: Described) -> bytes:
    """The SBOM; the same files of the same image give the same bytes.

    A word of dpkg's that can't be read is no error: the SBOM says so, and has what is left.

    Args:
        files: of the image, by path without the first slash: dpkg's status, os-release, METADATA
            of wheels, specifications of gems.
        of: the image.

    Raises:
        DockwrightError: this Python has not the packages for it.

    Example::

        json.loads(document(files, Described("sha256:…", None, "amd64")))["bomFormat"]  # CycloneDX
    """
    check_can_be_made()
    from cyclonedx.model import Property
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    bom = _of_dpkg(files, of)
    for one in others(files):
        bom.components.add(_component(one))
    bom.metadata.properties.add(Property(name=IMAGE, value=of.image))
    if suite := release(files).get("VERSION_CODENAME"):
        bom.metadata.properties.add(Property(name=SUITE, value=suite))
    written = make_outputter(bom, OutputFormat.JSON, SchemaVersion.from_version(SCHEMA))
    # no line breaks for people: half the bytes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an image in which nothing depends on anything
        made = json.loads(written.output_as_string())
    text = json.dumps(made, separators=(",", ":"), sort_keys=True)
    # nothing in it that a terminal would not show as it is
    return text.replace("\x7f", "\\u007f").encode("ascii")


def _of_dpkg(files: Mapping[str, bytes], of: Described) -> Bom:
    from cyclonedx.model import Property

    known = status(files)
    try:
        return _by_debsbom(known, files, of)
    # whatever an image of others says in its status: the library has no error of its own
    except Exception as error:  # noqa: BLE001
        bom = _by_debsbom("", {}, of)
        why = f"dpkg's status: {shown(f'{type(error).__name__}: {error}', 200)}"
        bom.metadata.properties.add(Property(name=UNREAD, value=why))
        return bom


def _by_debsbom(known: str, files: Mapping[str, bytes], of: Described) -> Bom:
    from debsbom.generate import Debsbom
    from debsbom.sbom import SBOMType

    for library in ("debsbom", "debian"):
        logging.getLogger(library).setLevel(logging.ERROR)  # each package without a maintainer
    its = release(files)
    with TemporaryDirectory(prefix="dockwright-") as root:
        path = Path(root) / STATUS
        path.parent.mkdir(parents=True)
        path.write_text(known, encoding="utf-8")
        made = Debsbom(
            its.get("ID") or "unknown",
            root=root,
            distro_version=its.get("VERSION_ID"),
            distro_arch=_DEBIAN.get(of.architecture, of.architecture) or "unknown",
            base_distro_vendor=its.get("ID") or "debian",
            cdx_serialnumber=uuid5(NAMESPACE_URL, of.image),
            timestamp=of.created or datetime.fromisoformat(_WHEN_UNKNOWN),
        )
        made.scan()
    bom: Bom = made.generate(SBOMType.CycloneDX)
    only_parts = _only_parts(made.packages)
    for component in bom.components:
        _trim(component, only_parts)
    return bom


def _only_parts(packages: set[DebianPackage]) -> set[str]:
    """The sources, by package URL, that no installed package was built of, but with parts of."""
    sources, of_installed = set(), set()
    for one in packages:
        if one.is_source():
            sources.add((one.name, str(one.version)))
        elif (source := one.source_package()) is not None:
            of_installed.add((source.name, str(source.version)))
    return {f"{name} {version}" for name, version in sources - of_installed}


def _trim(component: Component, only_parts: set[str]) -> None:
    from cyclonedx.model import Property

    # half of all bytes, and in every mirror
    component.description = None
    if component.supplier is not None:
        component.supplier.contacts = [
            one for one in component.supplier.contacts if _MAIL.fullmatch(one.email or "")
        ]
    is_source = component.purl is not None and component.purl.qualifiers.get("arch") == "source"
    if is_source and f"{component.name} {component.version}" in only_parts:
        component.properties.add(Property(name=BUILT_USING, value="yes"))


def _component(one: Package) -> Component:
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    qualifiers = {} if one.platform is None else {"platform": one.platform}
    url = PackageURL(one.family, None, one.name, one.version, qualifiers)
    return Component(
        name=one.name,
        type=ComponentType.LIBRARY,
        version=one.version,
        purl=url,
        bom_ref=url.to_string(),
    )
