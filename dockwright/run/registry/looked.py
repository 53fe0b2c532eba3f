"""The registries of a site asked what they keep, and its boxes which images they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pyinfra.api.host import Host
from pyinfra.api.inventory import Inventory
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from dockwright.box.absent import left_out
from dockwright.box.fact import fact_of
from dockwright.box.lock import hold
from dockwright.box.privilege import as_root
from dockwright.box.reach import reach
from dockwright.box.remembered import remember
from dockwright.box.side_by_side import side_by_side
from dockwright.box.this_run import COMMAND, LOOK
from dockwright.deploys.box import Box, this_box
from dockwright.deploys.leaf_folders import REGISTRY_LEAF
from dockwright.errors import DockwrightError
from dockwright.facts.boot import Boot, BootJobs
from dockwright.facts.kept import RegistryKept
from dockwright.facts.pins import pins
from dockwright.inits.names import leaf_of
from dockwright.places import DATA
from dockwright.registry.kept.listing import Listing
from dockwright.run.inventory import find, load, present
from dockwright.run.status.declared import images_of

_AT_ONCE = 32  # boxes that are connected and asked at the same time


@dataclass
class KeptRegistry:
    """A registry of the site, as ``host[:port]``, its box, and what it keeps.

    ``generations`` is how many builds of an image the site wants kept; ``container`` is the one
    that it runs in, or None where none runs.
    """

    place: str
    host: Host
    kept: Listing
    generations: int | None = None
    container: str | None = None


@dataclass
class SiteRegistries:
    """What was asked: registries, who needs what, and who said nothing, each with why."""

    registries: list[KeptRegistry] = field(default_factory=list)
    pins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # what leaves are declared to run, by name:tag or name@digest, and which leaf it is
    declared: dict[str, str] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, Host] = field(default_factory=dict)  # that answered, by name

    @property
    def unknown(self) -> dict[str, str]:
        """The boxes of which it is not known what they need, each with why."""
        return {**self.absent, **self.silent}


@contextmanager
def looked(
    inventory: str | None,
    box: str | None = None,
    skip: Sequence[str] = (),
    *,
    changes: bool = False,
    needs: bool = True,
    links: bool = False,
) -> Iterator[SiteRegistries]:
    """Ask them; the boxes are connected, and locked where something is to be changed.

    Args:
        inventory, skip: as for `dockwright.run.inventory.load`.
        box: the registry's box; None for each of the site's.
        changes: whether something is to be changed.
        needs: whether boxes are asked what they need.
        links: whether it is listed which blobs each repository has.

    Raises:
        DockwrightError: no such box, no registry of the site on it, one that says nothing; of
            another box that does not answer, where something is to be changed: it is locked.

    Example::

        with looked("inventories/lab.py") as site:
            site.registries[0].kept.size
    """
    with load(inventory, skip, COMMAND if changes else LOOK) as loaded:
        run: State = ctx_state.get()  # type: ignore[no-untyped-call]
        try:
            keepers = _keepers(loaded, box)
            made = SiteRegistries(absent=left_out(run) if needs else {})
            boot = _asked(run, present(loaded) if needs else [*keepers], made, changes)
            for host, place in keepers.items():
                name = str(host.name)
                if name in made.silent:
                    raise DockwrightError(made.silent[name])
                made.registries.append(_kept(host, place, boot[host], links))
            _need_declared(made)
            yield made
        finally:
            for host in loaded:
                if host.connected:
                    host.disconnect()


def _keepers(loaded: Inventory, box: str | None) -> Mapping[Host, str]:
    """The boxes of registries, each with its registry's name."""
    with ctx_host.use(next(iter(loaded))):
        registries = this_box().registries
    places = {keeper: place for place, keeper in registries.items() if keeper is not None}
    if not places:
        raise DockwrightError(
            f"registry {', '.join(registries)}: no box of the site keeps it; ask whoever does"
        )
    if box is not None and box not in places:
        find(loaded, box)
        raise DockwrightError(f"box {box}: keeps no registry; those are {', '.join(places)}")
    return {find(loaded, name): places[name] for name in ([box] if box else places)}


def _asked(
    run: State, hosts: Sequence[Host], made: SiteRegistries, changes: bool
) -> dict[Host, Boot]:
    def ask(host: Host) -> Boot | DockwrightError:
        # a greenlet of its own has no current run
        with ctx_state.use(run):
            try:
                reach(host)
                remember(host)
                if changes:
                    hold(host)
                return fact_of(host, BootJobs, **as_root(host))
            except EOFError:  # a sudo that asks finds nobody to answer
                return DockwrightError(f"box {host.name}: no answer to its question")
            except DockwrightError as error:
                return error

    boot: dict[Host, Boot] = {}
    for host, said in zip(hosts, side_by_side(ask, hosts, _AT_ONCE), strict=True):
        name = str(host.name)
        if isinstance(said, DockwrightError):
            made.silent[name] = str(said)
            continue
        run.activate_host(host)
        boot[host] = said
        made.boxes[name] = host
        for digest, who in pins(name, said).items():
            made.pins[digest] = (*made.pins.get(digest, ()), *who)
        with ctx_host.use(host):
            _declare(this_box(), made)
    return boot


def _declare(here: Box, made: SiteRegistries) -> None:
    try:
        images = images_of(here)
    except DockwrightError:
        return  # its image folders are not here: what boxes have is known all the same
    for leaf, image in images.items():
        made.declared.setdefault(image.in_registry, leaf)


def _need_declared(made: SiteRegistries) -> None:
    """What a leaf is to run is needed before any box has it."""
    for image, leaf in made.declared.items():
        name, _, digest = image.partition("@")
        repository, _, tag = name.rpartition(":")
        digests = {digest} if digest else set[str]()
        for one in made.registries:
            its = one.kept.tags.get(repository, {}).get(tag)
            if its is not None and its.digest is not None:
                digests.add(its.digest)
        for one_digest in digests:
            made.pins[one_digest] = (*made.pins.get(one_digest, ()), f"the site: leaf {leaf}")


def _kept(host: Host, place: str, boot: Boot, links: bool) -> KeptRegistry:
    with ctx_host.use(host):
        generations = this_box().settings.registry_generations
    running = [
        name
        for name, its in boot.containers.items()
        if its.running and leaf_of(name) == REGISTRY_LEAF
    ]
    kept = fact_of(host, RegistryKept, links=links, **as_root(host))
    if not kept.disk:
        raise DockwrightError(
            f"registry {place}: box {host.name} has no {DATA}; run deploy/registry_host.py, or ask "
            "whoever keeps it in another place"
        )
    return KeptRegistry(place, host, kept, generations, next(iter(sorted(running)), None))
