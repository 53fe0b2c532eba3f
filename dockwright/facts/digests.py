"""What the boxes of a run ask a registry about single images: one question of the whole site.

Every box asks for the digest of each leaf's image. A deploy says beforehand which images that will
be (`foresee`), and the first box that asks does so for all, over one connection. A box that knows
the registry by another address, CA or login has an answer of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.connection import itself
from dockwright.box.shared import asked_for_all
from dockwright.box.this_run import PerRun
from dockwright.facts.manifests import digests, way
from dockwright.registry.login import Login

# A name that no image has: any answer but a refusal says that we are let in.
ACCESS = "dockwright-access:none"
# by registry, in the order in which they were named
_foreseen: PerRun[dict[str, dict[str, None]]] = PerRun(dict)
# by registry, the names and digests of those that it had when it was asked last
_had: PerRun[dict[str, tuple[tuple[str, str], ...]]] = PerRun(dict)


def foresee(run: State, registry: str, images: Iterable[str]) -> None:
    """Take note that boxes of ``run`` will ask ``registry`` about ``images``.

    Example::

        foresee(state, "192.168.50.20:5000", ["zenweb:latest"])
    """
    _foreseen.of(run).setdefault(registry, {}).update(dict.fromkeys(images))


def foreseen_in(run: State, registry: str) -> tuple[tuple[str, str], ...]:
    """The name and digest of each foreseen image that ``registry`` had when it was asked last.

    Example::

        foreseen_in(state, "192.168.50.20:5000")  # (('zenweb', 'sha256:…'),)
    """
    return _had.of(run).get(registry, ())


def digest_in(host: Host, registry: str, image: str, login: Login | None) -> str | None:
    """The digest that ``registry`` has for ``image``, or None where it has none.

    Args:
        host: the box that wants to know, and asks where no other one has.
        registry: ``host[:port][/path]``.
        image: such as ``zenweb:latest``.
        login: for the registry; sent in a header.

    Raises:
        as `dockwright.facts.manifests.digests`.

    Example::

        digest_in(host, "192.168.50.20:5000", "zenweb:latest", login)  # 'sha256:…'
    """
    host = itself(host)
    foreseen = _foreseen.of(host.state).get(registry, {})
    every = frozenset(foreseen) if image in foreseen or image == ACCESS else None

    def ask() -> dict[str, str | None]:
        if every is None:
            return alone()
        told = digests(host, registry, [image], login, [ACCESS, *foreseen])
        pairs = [(one.rpartition(":")[0], told.get(one)) for one in foreseen]
        _had.of(host.state)[registry] = tuple((name, its) for name, its in pairs if its)
        return told

    def alone() -> dict[str, str | None]:
        return digests(host, registry, [image], login)

    question = (registry, way(host, registry), login, every or image)
    known = asked_for_all(host.state, question, ask, alone)
    return known[image] if image in known else alone()[image]
