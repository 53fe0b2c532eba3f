"""A registry that lost images given what boxes hold of them: nothing is signed by that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from dockwright.box.privilege import as_root
from dockwright.box.side_by_side import side_by_side
from dockwright.chain.engine_image import EngineImage
from dockwright.deploys.box import builder as the_builder
from dockwright.deploys.box import this_box
from dockwright.deploys.leaf_folders import REGISTRY_LEAF
from dockwright.deploys.registry_access import logins_that_write
from dockwright.deploys.signing import keys_of
from dockwright.errors import DockwrightError
from dockwright.facts.image import images_on
from dockwright.facts.signatures import unsigned
from dockwright.registry.kept.from_boxes import Lost, lost
from dockwright.registry.kept.retention import Pins
from dockwright.registry.login import Login, resolve
from dockwright.registry.signing import SigningKeys
from dockwright.run.recorded import recorded
from dockwright.run.registry.brought import Bringing, Brought
from dockwright.run.registry.looked import KeptRegistry, SiteRegistries, looked
from dockwright.run.registry.saved import check_room
from dockwright.terminal import echo

_AT_ONCE = 32  # boxes whose engines are asked at the same time


@dataclass
class FromBoxes:
    """What a registry was given by boxes, or would be.

    ``lost`` is all that somebody needs and no registry has; ``unsigned`` what came and the site has
    not signed, which is taken by nobody until it does; ``unknown`` are the boxes of which it is not
    known what they need or hold, each with why. ``signs`` is whether the site signs its images;
    ``left`` says which of the engines' own tags could not be taken away.
    """

    registry: KeptRegistry
    lost: tuple[Lost, ...]
    brought: list[Brought] = field(default_factory=list)
    unsigned: tuple[str, ...] = ()
    unknown: dict[str, str] = field(default_factory=dict)
    signs: bool = True
    left: str = ""

    @property
    def held(self) -> tuple[Lost, ...]:
        """What of it a box holds."""
        return tuple(one for one in self.lost if one.holders)


def fill_from_boxes(
    inventory: str | None = None,
    box: str | None = None,
    dry_run: bool = False,
    say: Callable[[str], None] = echo,
) -> FromBoxes:
    """Give a registry what boxes pin, no registry of the site has, and a box's engine holds.

    It comes under its digest, or it does not stay. It comes unsigned: what a box holds is the
    site's own by an admin's word alone (`dockwright images sign`). Where the site signs nothing, no
    tag is set: it would be believed.

    Args:
        inventory: as for `dockwright.run.inventory.load`.
        box: the box of the registry that is filled; None: of the main one.
        dry_run: only say what there is to be brought.
        say: told how far it is.

    Raises:
        DockwrightError: no registry on that box, it does not run or answer, or this machine has no
            room for what passes through it.

    Example::

        fill_from_boxes("inventories/lab.py", dry_run=True).held
    """
    with looked(inventory, changes=not dry_run) as site:
        target = _target(site, box)
        with ctx_host.use(target.host):
            here = this_box()
            caches = [*here.settings.registry_cache]
            keys = keys_of(here, target.place)
            source = logins_that_write(here)[target.place]
            builder = site.boxes.get(the_builder())
        engines, silent = _engines(site)
        others = [one for one in site.registries if one is not target]
        found = lost(
            _of_images(site.pins),
            [(one.place, one.kept) for one in [target, *others]],
            engines,
            site.declared if keys is not None else (),
            caches,
        )
        if keys is None:
            found = tuple(replace(one, tags=()) for one in found)
        made = FromBoxes(target, found, unknown={**silent, **site.unknown}, signs=keys is not None)
        if dry_run or not made.held:
            return made
        if target.container is None:
            raise DockwrightError(
                f"registry {target.place}: does not run on box {target.host.name}; run "
                "deploy/registry_host.py"
            )
        pushers = {str(one.name): one for one in (builder, target.host) if one is not None}
        with ctx_host.use(target.host):
            login = resolve(source)
        work = Bringing(site, target, login, pushers, say)
        say(check_room(work.sizes(made.held)))
        with recorded(target.host, "fill of the registry from boxes", say):
            try:
                for number, one in enumerate(made.held, 1):
                    say(f"{number} of {len(made.held)}: {one.repository} {one.digest[:19]}")
                    made.brought.append(work.bring(one))
            finally:
                made.left = work.tidy()
        came = [one.image for one in made.brought if one.source]
        made.unsigned = _unsigned(
            target, [(one.repository, one.digest) for one in came], login, keys
        )
    return made


def _target(site: SiteRegistries, box: str | None) -> KeptRegistry:
    for one in site.registries:
        if box in (None, str(one.host.name)):
            return one
    names = ", ".join(str(one.host.name) for one in site.registries)
    raise DockwrightError(f"box {box}: keeps no registry; those are {names}")


def _of_images(pins: Pins) -> dict[str, tuple[str, ...]]:
    """``pins`` without the registry's own ways back: IDs of engines, which no registry had."""
    ours = f": way back of {REGISTRY_LEAF}"
    left = {one: tuple(by for by in who if not by.endswith(ours)) for one, who in pins.items()}
    return {one: who for one, who in left.items() if who}


def _engines(
    site: SiteRegistries,
) -> tuple[dict[str, list[EngineImage]], dict[str, str]]:
    """The images of each box's engine, and the boxes whose engines do not say, each with why."""
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]

    def ask(host: Host) -> dict[str, EngineImage] | DockwrightError:
        # a greenlet of its own has no current run
        with ctx_state.use(run):
            try:
                return images_on(host, **as_root(host))
            except DockwrightError as error:
                return error

    said = side_by_side(ask, site.boxes.values(), _AT_ONCE)
    engines: dict[str, list[EngineImage]] = {}
    silent: dict[str, str] = {}
    for name, its in zip(site.boxes, said, strict=True):
        if isinstance(its, DockwrightError):
            silent[name] = str(its)
        else:
            engines[name] = [*{image.id: image for image in its.values()}.values()]
    return engines, silent


def _unsigned(
    target: KeptRegistry,
    came: Sequence[tuple[str, str]],
    login: Login | None,
    keys: SigningKeys | None,
) -> tuple[str, ...]:
    if keys is None or not came:
        return ()
    try:
        left = unsigned(target.host, target.place, came, login, keys.public)
    except DockwrightError:
        left = [*came]  # what is not known to be signed is not
    return tuple(f"{name}@{digest}" for name, digest in left)
