"""Registries of a site that are to be alike: which of them answers, and which has an image.

One that is down, or empty, is no end of a run while another has what is asked for. The operations
on images ask here; one that does not answer is waited for once while a run is planned, and once
while it executes, and a person is told of it. One that refuses at once is asked each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from pyinfra import host
from pyinfra.context import ctx_host, ctx_state

from dockwright.box import log
from dockwright.box.this_run import PYINFRA, note, this_run
from dockwright.errors import Awaited, BoxError, DockwrightError, NotReady
from dockwright.facts.built import built
from dockwright.facts.digests import ACCESS, digest_in
from dockwright.facts.manifests import digests
from dockwright.facts.signatures import is_signed
from dockwright.registry.client import Refused
from dockwright.registry.image import Had
from dockwright.registry.login import Login, LoginSource, resolve

T = TypeVar("T")
_LONG = 2  # seconds that nobody waits again in a run for the same registry


@dataclass
class Answers:
    """What registries said of an image: who ``had`` it, in their order, and who was ``away``.

    ``unsigned`` are the digests of those that none of the site's keys signed, by registry.
    """

    had: list[Had] = field(default_factory=list)
    away: dict[str, DockwrightError] = field(default_factory=dict)
    # what has it, and by nobody whose word counts: it is not taken from there
    unsigned: dict[str, str] = field(default_factory=dict)


def ask_one(
    registry: str, source: LoginSource, images: Sequence[str]
) -> tuple[Login | None, dict[str, str | None]]:
    """The login there, and the digest that ``registry`` has for each of ``images``.

    Raises:
        Refused: wrong credentials.
        Awaited: the run itself brings the registry, or its login.
        DockwrightError: it does not answer, or did not a moment ago in this run.

    Example::

        ask_one("192.168.50.20:5000", login, ["zenweb:latest"])
    """
    return _asked(registry, source, lambda who: digests(host, registry, images, who))


def asking_one(
    registry: str, source: LoginSource, images: Sequence[str]
) -> Callable[[], tuple[Login | None, dict[str, str | None]] | DockwrightError]:
    """What asks as `ask_one` does, for a greenlet of its own; its error is what it returns.

    Example::

        with beside(asking_one("192.168.50.20:5000", login, ["zenweb:latest"])) as answer:
            images_on(host), answer()
    """
    box = ctx_host.get()  # type: ignore[no-untyped-call]

    def asked() -> tuple[Login | None, dict[str, str | None]] | DockwrightError:
        # it has no current box otherwise
        with ctx_state.use(box.state), ctx_host.use(box):
            try:
                return ask_one(registry, source, images)
            except DockwrightError as error:
                return error

    return asked


def _asked(
    registry: str, source: LoginSource, question: Callable[[Login | None], T]
) -> tuple[Login | None, T]:
    known = this_run(host.state).known
    key = ("away", host.name, registry, host.state.is_executing)
    if key in known:
        raise NotReady(str(known[key]))
    began = time.monotonic()
    try:
        # who is down may also be the box that keeps the login
        who = resolve(source)
        return who, question(who)
    except (Refused, Awaited, BoxError):
        raise
    except DockwrightError as error:
        # one that refuses at once costs nothing, and may be up a moment later: this run starts it
        if time.monotonic() - began > _LONG:
            known[key] = str(error)
        raise


def ask(
    registries: Mapping[str, LoginSource],
    image: str,
    enough: Callable[[Had], bool] = lambda had: True,
) -> Answers:
    """What ``registries`` say of ``image`` (``name:tag``), asked in their order.

    Args:
        registries: ``host[:port][/path]`` with their logins.
        image: as all of them call it.
        enough: whether those behind one that has the image need not be asked.

    Raises:
        Refused: wrong credentials.
        Awaited: the run itself brings a registry, or its login.

    Example::

        ask({"192.168.50.20:5000": login}, "zenweb:latest").had
    """
    answers = Answers()
    for registry, source in registries.items():
        try:
            who, digest = _asked(registry, source, partial(_digest, registry, image))
        except (Refused, Awaited, BoxError):
            raise
        except DockwrightError as error:
            answers.away[registry] = error
            continue
        if digest is not None and not _is_signed(registry, image, digest, who):
            answers.unsigned[registry] = digest
            continue
        if digest is not None:
            answers.had.append(Had(registry, who, digest))
            if enough(answers.had[-1]):
                break
    return answers


def _digest(registry: str, image: str, login: Login | None) -> str | None:
    return digest_in(host, registry, image, login)


def _is_signed(registry: str, image: str, digest: str, login: Login | None) -> bool:
    """Whether it may be taken from there; a person is told where not."""
    # what is named by its digest is what it is, whoever signed it
    if "@" in image or is_signed(host, registry, name_of(image), digest, login):
        return True
    remark(not_signed(registry, image, digest))
    return False


def not_signed(registry: str, image: str, digest: str) -> str:
    """What a person reads of an image that nobody signed whose word counts.

    Example:
        >>> not_signed("r.test:5000", "zenweb:latest", "sha256:" + "0" * 64)
        'r.test:5000/zenweb:latest (sha256:000000000000) is not signed by this site'
    """
    return f"{registry}/{image} ({digest[:19]}) is not signed by this site"


def one_answers(registries: Mapping[str, LoginSource]) -> bool:
    """Whether one of ``registries`` lets us in.

    Example::

        one_answers({"192.168.50.20:5000": login})  # True
    """
    for registry, source in registries.items():
        try:
            _asked(registry, source, partial(_digest, registry, ACCESS))
        except DockwrightError:
            continue
        return True
    return False


def latest(had: Sequence[Had], image: str, since: datetime | None = None) -> Had | None:
    """Of what registries have, that which was built last; the first where nobody can tell.

    A registry that was down while others were pushed to has an older one until it catches up.

    Args:
        had: what they have, at least one.
        image: ``name:tag``.
        since: None, or when the one was built that is on the box: then an older one is None, and
            so is one that says nothing of it.

    Example::

        latest(answers.had, "zenweb:latest")
    """
    if since is None and len({one.digest for one in had}) == 1:
        return had[0]
    name = name_of(image)
    moments = [(built(host, one.registry, name, one.digest, one.login), one) for one in had]
    known = [(when, one) for when, one in moments if when is not None]
    if since is not None:
        known = [(when, one) for when, one in known if when > since]
        return max(known, key=lambda pair: pair[0])[1] if known else None
    # of two of one moment the first registry's
    return max(known, key=lambda pair: pair[0])[1] if len(known) == len(moments) else had[0]


def tell(away: Mapping[str, DockwrightError], then: str) -> None:
    """Have a person know which registries could not be asked, and what came of it.

    Example::

        tell(answers.away, "its images that are on a box stay")
    """
    for registry, error in away.items():
        remark(f"registry {registry}: could not be asked ({why(registry, error)})", then)


def remark(line: str, then: str = "it is not taken from there") -> None:
    """Have a person know ``line``, and what came of it; once is enough, whoever asks.

    Example::

        remark("r.test:5000/web:latest (sha256:…) is not signed by this site")
    """
    notes = this_run(host.state)
    known = notes.notes if host.state.is_executing else notes.reminders
    if not any(one.startswith(line) for one in known):
        note(host.state, f"{line}; {then}")
        if notes.purpose is PYINFRA:  # which shows no notes
            log.info(host, f"{line}; {then}")


def name_of(image: str) -> str:
    """An image's name, without its tag or digest.

    Example:
        >>> name_of("zenweb@sha256:1"), name_of("team/zenweb:latest")
        ('zenweb', 'team/zenweb')
    """
    return image.partition("@")[0] if "@" in image else image.rpartition(":")[0]


def why(registry: str, error: DockwrightError) -> str:
    """Why ``registry`` could not be asked, where it has been named.

    Example:
        >>> why("r.test:5000", NotReady("registry r.test:5000: connection refused; is it up?"))
        'connection refused'
    """
    said = str(error).removeprefix(f"registry {registry}: ")
    return said.partition("; ")[0]
