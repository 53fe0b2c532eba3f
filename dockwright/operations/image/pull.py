"""An image on a box as the site's registries have it, by its digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import Change, Sign, became, short
from dockwright.box.shared import only_here
from dockwright.box.this_run import note, this_run
from dockwright.chain.reference import is_fixed, tag_of
from dockwright.commands.declare import Call, Commands, Fail, fail, operation
from dockwright.commands.expected import ENGINE, check_settled, expect
from dockwright.errors import DockwrightError
from dockwright.facts.image import EngineImage, images_on
from dockwright.facts.registries import images_line
from dockwright.operations.image.access import give_names, naming, pull_as
from dockwright.operations.image.asked import Answers, ask, latest, not_signed, tell
from dockwright.operations.registry.only import remember
from dockwright.registry.image import Had
from dockwright.registry.login import LoginSource
from dockwright.ways_out import WayOut, way_out


@operation()
def pull(
    image: str,
    registry: str,
    login: LoginSource = None,
    version: str = "latest",
    others: Mapping[str, LoginSource] | None = None,
    at_once: int = 8,
) -> Commands:
    """Have ``registry``'s image ``image:version`` on the box, by its digest, under its own name.

    Args:
        image: its name in the registry, such as ``zenweb``.
        registry: ``host[:port][/path]``.
        login: who logs in, or a function that says so.
        version: the tag to look up, or a digest: ``sha256:…``, under which the box then has the
            tag ``sha256-…``.
        others: registries of the site that have the same images, with their logins. They are
            asked where ``registry`` is down, lacks the image, or has one that is not on the box;
            of several the one that was built last is taken.
        at_once: boxes that pull from a registry at the same time.

    Where none of them answers, an image that is on the box stays.

    Raises:
        OperationError: no registry has it, one refused, or none answers and the box has none;
            or the image was to be built in this run, and was not.

    Example::

        image.pull("zenweb", "192.168.50.20:5000", login)
    """
    if at_once < 1:
        raise DockwrightError(f"at_once {at_once}: no number of boxes; give 1 or more")
    check_settled(str(host.name), [ENGINE])
    asked = {registry: login, **(others or {})}
    fixed, tag = is_fixed(version), tag_of(version)
    # what a digest names, or a recipe's tag, is there or comes; it does not become another one
    if not fixed:
        _check_settled(asked, image)
    why = None if fixed else this_run(host.state).unbuilt.get(image)
    if why is not None:
        yield fail(f"image {image}: not built: {why}; box {host.name} keeps what it has")
        return
    on_box = images_on(host)
    targets = (f"{registry}/{image}:{tag}", f"{image}:{tag}")
    named = on_box.get(targets[0])
    sought = f"{image}{'@' if version.startswith('sha256:') else ':'}{version}"
    answers = ask(asked, sought, lambda had: had.registry == registry and _is(named, had, others))
    if answers.unsigned and not answers.had:
        # by what this run signs first, it may be
        _check_settled(asked, image)
        place, its = next(iter(answers.unsigned.items()))
        way = way_out(WayOut.SIGN_IMAGE, image=f"{image}:{version}")
        yield fail(f"{not_signed(place, sought, its)}; {way}")
        return
    if not answers.had and (named is None or not answers.away):
        for error in answers.away.values() if others else ():
            log.info(host, str(error))
        if not answers.away:
            _check_settled(asked, image)
        yield _nowhere(image, version, asked, answers)
        return
    chosen = _chosen(registry, sought, named, answers)
    tell(answers.away, "the others are asked, and images that boxes have stay")
    if chosen is None:
        if registry in answers.away:
            log.info(host, str(answers.away[registry]))
        lacks = "is down" if registry in answers.away else f"lacks {tag}"
        host.noop(f"registry {registry} {lacks}; the image {image} that is here stays")
        return
    wanted = chosen.digest
    # whichever registry it came from, what has the digest is the image
    local = next((known for known in on_box.values() if known.has_digest(wanted)), None)
    if local is not None and all(on_box.get(target) == local for target in targets):
        host.noop(f"image {image} is {wanted[:19]} already")
        return
    expect(str(host.name), [f"{image}:{tag}" if fixed else image])
    if local is not None:
        wrong = [target for target in targets if on_box.get(target) != local]
        log.changes(host, [naming(target, local, on_box) for target in wrong])
        call = Call(f"name {short(wanted)} {', '.join(wrong)}", give_names, local.id, targets)
        if chosen.registry == registry and not local.has(f"{registry}/{image}", wanted):
            # its manifest alone, as its layers are here: jobs are pinned to the name it has there
            repository, who = f"{registry}/{image}", chosen.login
            call = Call(f"pull {image}", pull_as, repository, wanted, targets, who, at_once)
        yield only_here(call).because(f"{target} does not name {wanted[:19]}" for target in wrong)
    else:
        former = None if named is None else named.digest_in(f"{registry}/{image}")
        sign: Sign = "+" if named is None else "~"
        log.changes(host, [Change(sign, f"image {image}", (became(former, wanted),))])
        repository = f"{chosen.registry}/{image}"
        call = Call(f"pull {image}", pull_as, repository, wanted, targets, chosen.login, at_once)
        yield only_here(call).because([f"{repository}@{wanted[:19]} is not on box {host.name}"])
    yield only_here(remember(images_line(registry)))


def _is(named: EngineImage | None, had: Had, others: Mapping[str, LoginSource] | None) -> bool:
    return not others or (named is not None and named.has_digest(had.digest))


def _check_settled(registries: Iterable[str], image: str) -> None:
    for place in registries:
        check_settled(place, [image], then=str(host.name))


def _nowhere(image: str, version: str, asked: Mapping[str, LoginSource], answers: Answers) -> Fail:
    """The error of an image that neither the box has nor a registry that answers.

    Raises:
        DockwrightError: none answers.
    """
    places = [place for place in asked if place not in answers.away]
    if not places:
        raise next(iter(answers.away.values()))
    further = [f"{place} lacks it too" for place in places[1:]]
    further += [f"{place} could not be asked" for place in answers.away]
    also = "".join(f"; {one}" for one in further)
    return fail(
        f"{places[0]}/{image}:{version}: not in the registry; "
        f"{way_out(WayOut.PUSH_IMAGE, image=f'{image}:{version}')}{also}"
    )


def _chosen(registry: str, tag: str, named: EngineImage | None, answers: Answers) -> Had | None:
    """What the box is to have; None: the one that it has, ``named``, stays."""
    had = answers.had
    if had and (named is None or had[0].registry == registry):
        chosen = latest(had, tag)
        if chosen is not None and chosen.digest != had[0].digest:
            its = f"its {tag} is older than that of {chosen.registry}"
            note(host.state, f"registry {registry}: is behind: {its}")
        return chosen
    # what a registry has that is not the main one may be behind what the main one gave the box
    same = next((one for one in had if named is not None and named.has_digest(one.digest)), None)
    new = [one for one in had if named is not None and not named.has_digest(one.digest)]
    if not new or named is None or named.created is None:
        return same
    return latest(new, tag, since=named.created) or same
