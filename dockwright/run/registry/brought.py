"""Images of boxes brought into a registry, each by the first way that has its digest."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright.box.fact import fact_of
from dockwright.box.privilege import as_root
from dockwright.chain.reference import tag_of
from dockwright.deploys.box import this_box
from dockwright.engine.oci_layout import opened
from dockwright.errors import DockwrightError
from dockwright.facts.kept import RegistryKept
from dockwright.facts.manifests import digests
from dockwright.registry.kept.from_boxes import Lost, Way, aside, ways
from dockwright.registry.kept.retention import Gone
from dockwright.registry.login import Login
from dockwright.run.mirror import trust
from dockwright.run.registry.collect import collect
from dockwright.run.registry.looked import KeptRegistry, SiteRegistries
from dockwright.run.registry.pushed import push
from dockwright.run.registry.saved import EVERY, saved, size_on
from dockwright.run.registry.upload import receiving
from dockwright.status.cells import size as shown_size


@dataclass(frozen=True)
class Brought:
    """What became of an image: the box that gave it, or ``why`` it is not there.

    ``tags`` are those that it was given; it has its digest, where it came.
    """

    image: Lost
    source: str = ""
    tags: tuple[str, ...] = ()
    why: str = ""


class Bringing:
    """Images brought to one registry; what engines pushed aside is taken away at its end.

    Args:
        site: what was asked of it, its boxes connected.
        target: the registry, which runs.
        login: one that writes to it.
        pushers: the boxes that may, by name, the builder first: no other one is told the login.
        say: told how far it is.
    """

    def __init__(
        self,
        site: SiteRegistries,
        target: KeptRegistry,
        login: Login | None,
        pushers: Mapping[str, Host],
        say: Callable[[str], None],
    ) -> None:
        self.site, self.target, self.login, self.say = site, target, login, say
        self._pushers = pushers
        self._trusting: set[str] = set()
        self._aside: set[tuple[str, str]] = set()  # what engines pushed, or were about to

    def sizes(self, images: Sequence[Lost]) -> list[int]:
        """The bytes of those that pass through this machine, as far as boxes tell."""
        found = []
        for one in images:
            way = next(iter(ways(one, [*self._pushers])), None)
            if way is not None and way.how != "push":
                found.append(self._size(way))
        return found

    def _size(self, way: Way) -> int:
        try:
            return size_on(self.site.boxes[way.holder.box], way.holder.id)
        except DockwrightError:
            return 0  # it is told when its turn comes

    def bring(self, one: Lost) -> Brought:
        """Bring ``one`` by the first way that has its digest, and give it its tags."""
        whys: list[str] = []
        for way in ways(one, [*self._pushers]):
            try:
                why = self._by(one, way)
                if why is None:
                    return self._with_tags(one, way.holder.box)
                whys.append(f"box {way.holder.box}: {why}")
            except DockwrightError as error:
                told = str(error)
                whys.append(told if told.startswith("box ") else f"box {way.holder.box}: {told}")
        return Brought(one, why="; ".join(dict.fromkeys(whys)) or "no box may push it")

    def _with_tags(self, one: Lost, source: str) -> Brought:
        given: list[str] = []
        try:
            for tag in one.tags:
                with receiving(self.target.host, self.target.place, self.login) as registry:
                    registry.give_tag(one.repository, one.digest, tag)
                given.append(tag)
        except DockwrightError as error:
            return Brought(one, source, tuple(given), f"it is there, and not its tag: {error}")
        return Brought(one, source, tuple(given))

    def _by(self, one: Lost, way: Way) -> str | None:
        """Bring it that way; why it has not come so, where nothing failed."""
        holder = self.site.boxes[way.holder.box]
        if way.how == "push":
            return self._pushed(one, way, holder)
        with saved(holder, way.holder.id, lambda far: self.say(f"  {far}")) as file:
            if way.how == "load":
                return self._pushed(one, way, next(iter(self._pushers.values())), file)
            with (
                opened(file) as layout,
                receiving(self.target.host, self.target.place, self.login) as registry,
            ):
                whole = registry.take(one.repository, one.digest, layout, self._sent())
        return None if whole else "its engine does not save it whole, as it was packed"

    def _pushed(self, one: Lost, way: Way, host: Host, file: Path | None = None) -> str | None:
        place, name = self.target.place, str(host.name)
        if name not in self._trusting:
            with ctx_host.use(host):
                trust(host, this_box())
            self._trusting.add(name)
        self._aside.add((one.repository, one.digest))
        came = push(
            host,
            f"{place}/{one.repository}",
            one.digest,
            way.holder.id,
            self.login,
            lambda far: self.say(f"  {far} pushed by box {name}"),
            file,
        )
        if came == one.digest:
            # the registry's own word of it
            came = digests(host, place, [one.name], self.login)[one.name] or "nothing"
        if came == one.digest:
            return None
        return f"the engine of box {name} packs it as {came[:19]}, and not as it was packed"

    def _sent(self) -> Callable[[int], None]:
        sent, last = 0, time.monotonic()

        def say(octets: int) -> None:
            nonlocal sent, last
            sent += octets
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                self.say(f"  {shown_size(sent)} to {self.target.place}")

        return say

    def tidy(self) -> str:
        """Take away the tags that engines pushed by, and what came out with another digest.

        Returns:
            Why that could not be; nothing where all is gone.
        """
        if not self._aside:
            return ""
        host, target = self.target.host, self.target
        try:
            now = fact_of(host, RegistryKept, **as_root(host))
            gone = aside(self._aside, target.kept, now, self.site.pins)
            if gone:
                # what was pushed in this very second is ours too
                kept = replace(now, now=now.now + 1)
                made = collect(replace(target, kept=kept), gone, None)
                gone = tuple(one for one in gone if not {*_tags(one)} <= made.untagged)
        except DockwrightError as error:
            tags = ", ".join(f"{name}:{tag_of(digest)}" for name, digest in sorted(self._aside))
            self.say(f"warning: {tags}: not taken away again: {error}")
            return tags
        return ", ".join(f"{name}:{tag}" for one in gone for name, tag in _tags(one))


def _tags(one: Gone) -> list[tuple[str, str]]:
    return [(one.repository, tag) for tag in one.tags]
