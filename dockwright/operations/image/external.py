"""Images of others that a chain is built upon: on the box as the site's registry has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import Change, Sign, short
from dockwright.box.this_run import this_run
from dockwright.chain.external import canonical, familiar, mirrored
from dockwright.chain.reference import parse
from dockwright.chain.registry_name import registry_name
from dockwright.commands.declare import Call, Commands, fail, operation
from dockwright.commands.expected import ENGINE, check_settled, expect
from dockwright.facts.image import images_on
from dockwright.operations.image.access import give_names, pull_as
from dockwright.operations.image.asked import Answers, ask, not_signed, tell
from dockwright.registry.login import LoginSource
from dockwright.ways_out import WayOut, way_out


@dataclass(frozen=True)
class _Wanted:
    """An image, the name it has in the registries, and the one that is written ``needs``."""

    names: tuple[str, ...]  # on the box, as an engine lists them
    image: str  # name:tag, below the registry's path
    registry: str | None  # where its name says so; it is to be there


@operation()
def external(images: Iterable[str], registries: Mapping[str, LoginSource]) -> Commands:
    """Have images of others on the box as a registry of the site has them, before a build.

    Where no registry has one, the builder pulls it from where its name says; one whose name has
    a registry of the site must be there.

    Args:
        images: as Dockerfiles name them, in any spelling.
        registries: the site's (``host[:port][/path]``) with their logins; the first that has an
            image decides.

    Raises:
        OperationError: a registry lacks an image that is named by it, or refused.

    Example::

        image.external(["postgres:16"], {"192.168.50.20:5000": login})
    """
    check_settled(str(host.name), [ENGINE])
    on_box = images_on(host)
    changes = False
    unbuilt = this_run(host.state).unbuilt if host.state.is_executing else {}
    for wanted in _wanted(images, registries):
        # one that is named is asked first; what it has, the others are to have
        asked = sorted(registries, key=lambda place: place != wanted.registry)
        answers = _ask(asked, registries, wanted)
        if not answers.had:
            if wanted.registry and not all(name in on_box for name in wanted.names):
                changes = True
                unbuilt |= dict.fromkeys(wanted.names, "not had from the registry, see above")
                yield fail(_why_none(wanted, answers))
            continue
        had = answers.had[0]
        place, who, digest = had.registry, had.login, had.digest
        local = next((known for known in on_box.values() if known.has_digest(digest)), None)
        lacking = [name for name in wanted.names if local is None or on_box.get(name) != local]
        repository = wanted.image.rpartition(":")[0]
        # of a registry's former name, which goes: its manifest alone is pulled by the present one
        former = local is not None and local.has_only_elsewhere(digest, repository, registries)
        if not lacking and not former:
            continue
        changes = True
        expect(str(host.name), wanted.names)
        why = [f"{name} is not {digest[:19]} of {place}" for name in lacking]
        why = why or [f"{place} has another name than it had"]
        sign: Sign = "~" if wanted.names[0] in on_box else "+"
        log.changes(host, [Change(sign, f"image {wanted.image}", (short(digest), f"from {place}"))])
        if local is not None and not former:
            names = ", ".join(lacking)
            yield Call(f"name {short(digest)} {names}", give_names, local.id, lacking).because(why)
        else:
            at = f"{place}/{repository}"
            call = Call(f"pull {wanted.image}", pull_as, at, digest, wanted.names, who)
            unbuilt |= dict.fromkeys(lacking, "could not be pulled, see above")
            yield call.because(why)
            # who asks for more has done what was yielded
            for name in lacking:
                unbuilt.pop(name, None)
    if not changes:
        host.noop("images of others are as the registry has them")


def _wanted(images: Iterable[str], registries: Iterable[str]) -> list[_Wanted]:
    """Each image once, with all that it is called."""
    own = {place: registry_name(place) for place in registries}
    names: dict[tuple[str, str | None], list[str]] = {}
    for text in images:
        reference = canonical(text)
        if reference.digest is not None:
            continue  # it is what it says, wherever it comes from
        inside = {place: name.image(parse(text)) for place, name in own.items()}
        # of two with one host, the one whose path is longer is meant
        known = [(len(name), place) for place, name in inside.items() if name is not None]
        place = min(known)[1] if known else None
        image = mirrored(text) if place is None else f"{inside[place]}:{reference.tag}"
        names.setdefault((image, place), []).append(familiar(text))
    return [
        _Wanted(tuple(dict.fromkeys(called)), image, place)
        for (image, place), called in names.items()
    ]


def _ask(places: Sequence[str], registries: Mapping[str, LoginSource], wanted: _Wanted) -> Answers:
    """What registries say of it; one that is down is passed over.

    Raises:
        DockwrightError: none answers, and the box has not all of its names.
    """
    answers = ask({place: registries[place] for place in places}, wanted.image)
    if answers.had:
        return answers
    tell(answers.away, "images of others that are here stay")
    if answers.away and not all(name in images_on(host) for name in wanted.names):
        raise next(iter(answers.away.values()))
    return answers


def _why_none(wanted: _Wanted, answers: Answers) -> str:
    """The error of an image that its registry is to have."""
    for place, digest in answers.unsigned.items():
        way = way_out(WayOut.SIGN_IMAGE, image=wanted.image)
        return f"{not_signed(place, wanted.image, digest)}; {way}"
    return (
        f"{wanted.registry}/{wanted.image}: not in the registry; put it there: "
        f"dockwright images mirror {wanted.image}"
    )
