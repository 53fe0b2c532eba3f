"""The chain's images to a registry: what it lacks, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import images as changed_images
from dockwright.box.side_by_side import beside
from dockwright.box.this_run import this_run
from dockwright.chain.declared import Chain
from dockwright.chain.external import familiar
from dockwright.chain.image import Image
from dockwright.chain.recipe import LABEL
from dockwright.chain.reference import parse
from dockwright.commands.declare import Call, Commands, fail, operation
from dockwright.commands.expected import ENGINE, check_settled, expect
from dockwright.errors import Awaited, BoxError, DockwrightError
from dockwright.facts.image import EngineImage, images_on
from dockwright.facts.registries import images_line
from dockwright.operations.image.asked import asking_one
from dockwright.operations.image.behind import behind
from dockwright.operations.image.described import described
from dockwright.operations.image.signed import held_of, signing, to_sign, without_planted
from dockwright.operations.image.tree import on_this_box
from dockwright.operations.image.upload import Upload, push_all
from dockwright.operations.registry.only import remember
from dockwright.registry.client import Refused
from dockwright.registry.login import Login, LoginSource
from dockwright.registry.signing import SigningKeys
from dockwright.sbom.document import can_be_made

# an image's name in a registry, its tags there, and the box's own of that name
Tagged = tuple[str, Sequence[str], EngineImage]


@operation()
def push(
    registry: str,
    login: LoginSource = None,
    path: str | Chain = "images",
    only: Collection[str] = (),
    args: Mapping[str, str] | None = None,
    platform: str | None = None,
    externals: Collection[str] = ("debian:bookworm",),
    registries: Collection[str] = (),
    own: Collection[str] = (),
    absent: bool = False,
    others: Mapping[str, LoginSource] | None = None,
    keeper: str | None = None,
    keys: SigningKeys | None = None,
    sboms: bool = False,
) -> Commands:
    """Push the chain's images whose tags ``registry`` lacks or has for another image.

    The very base that they stand on is pushed with them (its layers are theirs): a builder that
    lost its images gets it back by `image.base`, and need not build the chain again. Each tag is
    asked for once; where all are the same, no layer is looked at. Images that were to be built in
    this run, and were not, are left out.

    Args:
        registry: ``host[:port][/path]``.
        login: who logs in, or a function that says so.
        path, only, args, platform, externals, registries, own: as `image.chain` was given them.
        absent: only tags that the registry has not at all, and nothing where it has another
            build of the base: another builder pushes, and what it pushed stays.
        others: registries of the site that have the same images, with their logins. Where
            ``registry`` does not answer it is behind, which is told and no failure: while one of
            them answers, or where it has had all that the box has. By default it is to answer.
        keeper: the box of the inventory that runs the registry, which is asked for the room that it
            has where a push fails.
        keys: what signs all that is pushed, and what the registry has of the box's images; the
            private one stays on this machine. None: nothing is signed.
        sboms: whether an SBOM is kept beside each image that is pushed or signed, which the
            signature names. Not where debsbom is not installed.

    Raises:
        OperationError: an image is not on the box or of another recipe, the registry refused, or
            has another digest afterwards than was pushed; it does not answer.

    Example::

        image.push("192.168.50.20:5000", login)
    """
    wanted = on_this_box(
        path,
        args=args,
        externals=externals,
        registries=list(dict.fromkeys([registry, *registries])),
        own=own,
        platform=platform,
    ).wanted(only)
    left_out = this_run(host.state).unbuilt if host.state.is_executing else {}
    chosen = [image for image in wanted if image.name not in left_out]
    check_settled(str(host.name), [ENGINE])
    outside = {familiar(name): name for image in chosen for name in image.external_parents}
    check_settled(str(host.name), [*(image.name for image in chosen), *outside], then=registry)
    with beside(asking_one(registry, login, _asked_for(chosen, outside))) as answer:
        on_box = images_on(host)
        if wrong := _not_as_declared(chosen, on_box):
            yield fail(wrong)
            return
        asked = answer()
    tagged = _tagged(chosen, outside, on_box)
    if isinstance(asked, DockwrightError):
        _without_it(registry, asked, tagged, others)
        return
    who, known = asked
    if keys is not None:
        known = without_planted(registry, tagged, known, who, keys)
    if absent and (other := _another_base(outside, on_box, known)):
        host.noop(f"registry {registry}: has another {other} than box {host.name} builds upon")
        return
    uploads = _uploads(registry, tagged, known, {registry, *registries} if absent else None)
    held = held_of(tagged, known)
    sboms = sboms and can_be_made()
    open_ones = {} if keys is None else to_sign(host, registry, held, who, keys, sboms)
    if not uploads and not open_ones:
        host.noop(f"registry {registry}: has every tag of {len(tagged)} images")
        return
    expect(registry, [*(upload.name for upload in uploads), *(name for name, _ in open_ones)])
    if uploads:
        yield from _pushing(registry, uploads, who, keeper, keys, sboms)
    if keys is not None and open_ones:
        yield from signing(registry, open_ones, who, keys, held if sboms else None)


def _asked_for(chosen: Sequence[Image], outside: Iterable[str]) -> list[str]:
    """The tags that the registry is asked for: of the chosen images, and of the base below them."""
    every = [f"{image.name}:{tag}" for image in chosen for tag in image.tags]
    return every + [tag for tag in outside if parse(tag).domain is None and "@" not in tag]


def _tagged(
    chosen: Sequence[Image], outside: Iterable[str], on_box: Mapping[str, EngineImage]
) -> list[Tagged]:
    """What is to be in the registry: the chosen images, and the base below them."""
    tagged: list[Tagged] = [
        (image.name, image.tags, on_box[f"{image.name}:latest"]) for image in chosen
    ]
    for tag in outside:
        # one with a registry in its name is there already, as is one with a digest
        if tag in on_box and parse(tag).domain is None:
            name, _, version = tag.rpartition(":")
            tagged.append((name, (version,), on_box[tag]))
    return tagged


def _uploads(
    registry: str,
    tagged: Iterable[Tagged],
    known: Mapping[str, str | None],
    absent_of: Collection[str] | None,
) -> list[Upload]:
    """What is to be pushed, each image with the tags that are `_missing` of it."""
    return [
        Upload(name, described(local), missing)
        for name, tags, local in tagged
        if (missing := _missing(registry, name, tags, local, known, absent_of))
    ]


def _pushing(
    registry: str,
    uploads: Sequence[Upload],
    login: Login | None,
    keeper: str | None,
    keys: SigningKeys | None,
    sboms: bool,
) -> Commands:
    """The command that pushes, and what is known of the registry's images from then on."""
    log.changes(host, changed_images(("+", upload.name, f"in {registry}") for upload in uploads))
    yield remember(images_line(registry))
    said = f"push {', '.join(upload.name for upload in uploads)} to {registry}"
    yield Call(said, push_all, registry, uploads, login, keeper, keys=keys, sboms=sboms).because(
        f"{registry}/{upload.name}: lacks {', '.join(upload.tags)}" for upload in uploads
    )


def _without_it(
    registry: str,
    error: DockwrightError,
    tagged: Iterable[Tagged],
    others: Mapping[str, LoginSource] | None,
) -> None:
    """``registry`` gave no answer: it is behind, where another of the site may be asked.

    Raises:
        DockwrightError: ``error``, where it refused, or is to answer.
    """
    if others is None or isinstance(error, (Refused, Awaited, BoxError)):
        raise error
    lacking = [name for name, _, local in tagged if not local.digest_in(f"{registry}/{name}")]
    behind(registry, error, lacking, others)


def _not_as_declared(images: Sequence[Image], on_box: Mapping[str, EngineImage]) -> str | None:
    """What is wrong with what the box has of ``images``; None where they are as declared."""
    lacking = [image.name for image in images if f"{image.name}:latest" not in on_box]
    if lacking:
        return f"images {', '.join(lacking)}: not on box {host.name}; build them first"
    stale = [
        image.name
        for image in images
        if on_box[f"{image.name}:latest"].labels.get(LABEL) != image.recipe.digest
    ]
    if stale:
        return (
            f"images {', '.join(stale)}: of another recipe on box {host.name} than declared; "
            "build them first"
        )
    return None


def _another_base(
    outside: Iterable[str],
    on_box: Mapping[str, EngineImage],
    known: Mapping[str, str | None],
) -> str | None:
    """A base of which the registry has another build: nobody there builds upon ours."""
    for tag in outside:
        digest = known.get(tag)
        if digest and tag in on_box and not on_box[tag].has_digest(digest):
            return tag
    return None


def _missing(
    registry: str,
    name: str,
    tags: Sequence[str],
    local: EngineImage | None,
    known: Mapping[str, str | None],
    absent_of: Collection[str] | None = None,
) -> tuple[str, ...]:
    """The tags that the registry lacks, or has for another image than ``local``, if given.

    With ``absent_of``, the site's registries, those that it has not at all, and those that the box
    knows by a former name of it only: it is to know them by the present one.
    """

    def lacks(digest: str | None) -> bool:
        if digest is None or local is None:
            return digest is None
        if absent_of is not None:
            return local.has_only_elsewhere(digest, name, absent_of)
        return not local.has(f"{registry}/{name}", digest)

    # latest comes last: where it is, the others are
    return tuple(tag for tag in reversed(tags) if lacks(known[f"{name}:{tag}"]))
