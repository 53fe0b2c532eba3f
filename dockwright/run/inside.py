"""What is inside images of the site, and what of it is known to be open.

`dockwright images sbom` and `images cves`: SBOMs are taken from the registries, as they are kept
beside the images there; where none is kept, one is made of the box's own image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pyinfra.api.host import Host

from dockwright.box.lock import hold
from dockwright.box.privilege import as_root
from dockwright.deploys.box import Box, this_box
from dockwright.deploys.leaf.declared import images_of_others
from dockwright.deploys.registry_access import logins
from dockwright.deploys.signing import keys_of
from dockwright.errors import DockwrightError, NotReady
from dockwright.facts.image import images_on
from dockwright.facts.manifests import digests
from dockwright.facts.sboms import kept_sboms
from dockwright.operations.image.asked import name_of
from dockwright.operations.image.described import described, sbom_of
from dockwright.operations.image.mirror import named
from dockwright.registry.login import Login, resolve
from dockwright.run.chain import site_chain
from dockwright.run.inventory import box as connected_box
from dockwright.run.inventory import data_of
from dockwright.run.signing import whole_name
from dockwright.sbom.contents import contents
from dockwright.sbom.document import check_can_be_made
from dockwright.sbom.report import Looked, looked_up
from dockwright.sbom.tracker import Tracker, tracker

Say = Callable[[str], None]


def sbom(image: str, name: str | None, inventory: str | None, say: Say) -> bytes:
    """The SBOM of an image, in CycloneDX's JSON.

    Args:
        image: as the registries call it: ``name``, ``name:tag`` or ``name@sha256:…``.
        name: the box through which they are asked; None for the one that builds.
        inventory: as for `dockwright.run.inventory.load`.
        say: told where it comes from, if not from a registry.

    Raises:
        DockwrightError: no such box or image, or it can't be read.

    Example::

        sbom("zenweb", None, None, print)
    """
    check_can_be_made()
    wanted = whole_name(image)
    with connected_box(name, inventory) as host:
        text = _sboms(host, this_box(), [wanted], say)[wanted]
    if isinstance(text, DockwrightError):
        raise text
    contents(text, wanted)
    return text


def cves(
    images: Sequence[str],
    files: Sequence[Path],
    database: Path | None,
    suite: str | None,
    name: str | None,
    inventory: str | None,
    say: Say,
) -> tuple[list[Looked], Tracker]:
    """What is known to be open in images, and the database that says so.

    Args:
        images: as for `sbom`; none, and no ``files``: all that the site builds or runs.
        files: SBOMs in files.
        database: Debian's security tracker; None: the one that the site's data names.
        suite: of all of them; None: the one that each says.
        name, inventory: as for `sbom`.
        say: told where an SBOM comes from, if not from a registry.

    Raises:
        DockwrightError: no database, or a broken one; no such box.

    Example::

        looked, known = cves(["zenweb"], [], Path("tracker.json"), None, None, None, print)
    """
    check_can_be_made()
    path = database or _database(inventory)
    if not path.is_file():  # told before a box is asked
        tracker(path, ())
    texts: dict[str, bytes | DockwrightError] = {str(file): _read(file) for file in files}
    if images or not files:
        wanted = list(dict.fromkeys(map(whole_name, images))) or _all_of(inventory)
        with connected_box(name, inventory) as host:
            texts |= _sboms(host, this_box(), wanted, say)
    looked: dict[str, Looked] = {}
    inside = {}
    for image, text in texts.items():
        try:
            if isinstance(text, DockwrightError):
                raise text
            inside[image] = contents(text, image)
        except DockwrightError as error:
            looked[image] = Looked(image, error=str(error))
    known = tracker(path, {source for its in inside.values() for source, _ in its.sources})
    looked |= {image: looked_up(image, its, known, suite) for image, its in inside.items()}
    return [looked[image] for image in texts], known


def now() -> datetime:
    """The present, for the age of a database.

    Example::

        now() - known.written
    """
    return datetime.now(UTC)


def _database(inventory: str | None) -> Path:
    with data_of(None, inventory):
        path = this_box().settings.cve_database
    if path is None:
        raise DockwrightError(
            "no database of CVEs; give one: --database FILE, or dockwright_cve_database"
        )
    return Path(path).expanduser()


def _all_of(inventory: str | None) -> list[str]:
    """All images that the site builds, and those of others that its leaves run."""
    built = [f"{image.name}:latest" for image in site_chain(inventory).images]
    with data_of(None, inventory):
        others = [f"{one.name}:{one.tag}" for one in named(images_of_others(this_box()))]
    return list(dict.fromkeys([*built, *others]))


def _read(file: Path) -> bytes | DockwrightError:
    try:
        return file.read_bytes()
    except OSError as error:
        return DockwrightError(f"{file}: {error.strerror}; give what `images sbom` printed")


def _sboms(
    host: Host, box: Box, images: Sequence[str], say: Say
) -> dict[str, bytes | DockwrightError]:
    """By image its SBOM, from the first registry that keeps one, or of the box's own image."""
    texts: dict[str, bytes | DockwrightError] = {}
    away: list[str] = []
    for place, source in logins(box).items():
        lacking = [image for image in images if image not in texts]
        try:
            texts |= _kept(host, box, place, resolve(source), lacking) if lacking else {}
        except NotReady as error:
            away.append(str(error))
    lacking = [image for image in images if image not in texts]
    on_box = images_on(host, **as_root(host)) if lacking else {}
    for image in lacking:
        its = on_box.get(image)
        if its is None:
            why = f"; {'; '.join(away)}" if away else ""
            texts[image] = DockwrightError(
                f"{image}: no registry of the site keeps an SBOM of it, and it is not on box "
                f"{host.name}{why}; push it (deploy/images.py), or name the box that has it: --box"
            )
            continue
        hold(host)
        say(f"{image}: no registry keeps its SBOM; made of the image of box {host.name}")
        try:
            texts[image] = sbom_of(host, described(its))
        except DockwrightError as error:
            texts[image] = error
    return {image: texts[image] for image in images}


def _kept(
    host: Host, box: Box, place: str, login: Login | None, images: Sequence[str]
) -> dict[str, bytes | DockwrightError]:
    has = digests(host, place, images, login)
    pinned = {image: (name_of(image), its) for image, its in has.items() if its is not None}
    keys = keys_of(box, place)
    public = None if keys is None else keys.public
    kept = kept_sboms(host, place, list(pinned.values()), login, public)
    return {image: kept[its] for image, its in pinned.items() if its in kept}
