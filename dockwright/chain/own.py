"""Under which registry and owner a tree calls its own images: ``$REGISTRY/$OWNER/base``.

A public tree names no registry of a site: what it calls its own is found from the tree itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from dockwright.chain.dockerfile import Dockerfile, Parent
from dockwright.chain.external import HUB, OFFICIAL, canonical
from dockwright.chain.reference import Reference, parse
from dockwright.chain.source import Source
from dockwright.errors import DockwrightError, shown


@dataclass(frozen=True)
class Prefix:
    """A registry and owner: ``text`` as it is written, and ``where`` it was found in a tree.

    ``where`` is empty where somebody named it.
    """

    text: str
    domain: str  # of the registry; docker.io where none is written
    path: str  # owner or folders between the registry and the image's name
    where: str = ""

    def image(self, reference: Reference) -> str | None:
        """The name that ``reference`` has below it; None for one of another place.

        Example:
            >>> prefix("reg.test/me").image(parse("reg.test/me/base:1"))
            'base'
        """
        whole = canonical(str(reference))
        folder, _, name = whole.path.rpartition("/")
        return name if (whole.domain, folder) == (self.domain, self.path) else None


def prefix(text: str) -> Prefix:
    """Read ``[host[:port]/][owner…]`` as what stands in front of a tree's own images.

    Raises:
        DockwrightError: no reference could begin so, or it is the hub's own.

    Example:
        >>> prefix("me").domain
        'docker.io'
    """
    try:
        whole = canonical(f"{text.rstrip('/')}/x")
    except DockwrightError:
        whole = None
    folder = whole.path.rpartition("/")[0] if whole else ""
    if whole is None or (whole.domain == HUB and folder in ("", OFFICIAL.rstrip("/"))):
        raise DockwrightError(
            f"own images {shown(text)!r}: not of the form [host[:port]/]owner; give what stands in "
            "front of their names, such as reg.corp.test/team"
        )
    return Prefix(text.rstrip("/"), whole.domain or HUB, folder)


def find(
    files: Mapping[str, Dockerfile],
    sources: Mapping[str, Source],
    externals: Collection[str],
    known: Iterable[Prefix] = (),
) -> tuple[Prefix, ...]:
    """The prefixes under which the tree's Dockerfiles name images of the tree.

    A prefix counts where two folders are named below it, or one is by several images that no
    other prefix has. One that is used a single time is taken where none is used more, and has not
    more names of others: a chance is not worth an edge. An image that is built upon its own name
    is another one than that.

    Args:
        files: the Dockerfiles, by image name.
        sources: the image folders, by name.
        externals: images that are known to be of others.
        known: prefixes that somebody named; they need no finding.

    Example:
        >>> find({}, {}, [])
        ()
    """
    foreign = {canonical(text) for text in externals}
    named: dict[tuple[str, str], dict[str, list[str]]] = {}
    others: Counter[tuple[str, str]] = Counter()
    refused: set[tuple[str, str]] = set()
    spelt: dict[tuple[str, str], str] = {}
    for image, parent in _names(files):
        if "/" not in parent.image:
            continue
        try:
            written = parse(parent.image)
        except DockwrightError:
            continue  # told with its line by who asks what it means
        whole = canonical(parent.image)
        folder, _, name = whole.path.rpartition("/")
        key = (whole.domain or HUB, folder)
        if whole.digest or whole in foreign or key in ((HUB, ""), (HUB, OFFICIAL.rstrip("/"))):
            continue
        folder_of = sources.get(name)
        if folder_of is None or written.tag not in (None, "latest", folder_of.version):
            others[key] += folder_of is None
        elif name == image:
            if parent.image not in files[image].unused:
                refused.add(key)
        else:
            above = f"{written.domain}/{written.path}" if written.domain else written.path
            spelt.setdefault(key, above.rpartition("/")[0])
            where = f"{sources[image].path}:{parent.line}"
            named.setdefault(key, {}).setdefault(name, []).append(where)
    named = {key: places for key, places in named.items() if key not in refused}
    known_keys = {(one.domain, one.path) for one in known}
    times = Counter(name for places in named.values() for name in places)
    alone = known_keys.isdisjoint(named) and all(
        sum(map(len, places.values())) == 1 for places in named.values()
    )
    taken = set()
    for key, places in named.items():
        uses = sum(map(len, places.values()))
        only_there = all(times[name] == 1 for name in places)
        often = uses > max(1, others[key]) and only_there
        if len(places) > 1 or often or (alone and only_there and others[key] <= 1):
            taken.add(key)
    # folders of a tree may be folders of the owner's, too
    taken |= {key for key in named if any(_is_below(key, other) for other in taken | known_keys)}
    return tuple(
        Prefix(spelt[key], *key, next(iter(named[key].values()))[0])
        for key in sorted(taken - known_keys)
    )


def _is_below(key: tuple[str, str], other: tuple[str, str]) -> bool:
    return key[0] == other[0] and key[1].startswith(f"{other[1]}/")


def _names(files: Mapping[str, Dockerfile]) -> Iterable[tuple[str, Parent]]:
    for image, file in files.items():
        for parent in (*file.parents, *file.triggers):
            yield image, parent
