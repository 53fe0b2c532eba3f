"""Images of others put into a site's registry: pulled by a box, or read from a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from pyinfra import host

from dockwright import sdk
from dockwright.box import log
from dockwright.box.change import images as changed_images
from dockwright.chain.external import familiar, mirrored
from dockwright.commands.declare import Call, Commands, operation
from dockwright.commands.expected import ENGINE, check_settled, expect
from dockwright.engine import transfer
from dockwright.engine.client import talking, worker
from dockwright.errors import Awaited, BoxError, DockwrightError
from dockwright.facts.image import images_on, moment
from dockwright.operations.image.asked import ask, ask_one
from dockwright.operations.image.behind import behind
from dockwright.operations.image.described import describe, described
from dockwright.operations.image.signed import sign_all, signing, to_sign
from dockwright.registry.client import Refused
from dockwright.registry.image import Had
from dockwright.registry.login import Login, LoginSource
from dockwright.registry.signing import SigningKeys
from dockwright.sbom.document import Described, can_be_made
from dockwright.text import line

OURS = "dockwright-mirror/"  # before the name of what is there only to be pushed


@dataclass(frozen=True)
class Mirrored:
    """An image of others, and its name in the registry."""

    image: str  # as an engine lists it: postgres:16
    name: str  # below the registry's path
    tag: str  # in the registry


@operation()
def mirror(
    images: Collection[str],
    registry: str,
    login: LoginSource = None,
    others: Mapping[str, LoginSource] | None = None,
    keys: SigningKeys | None = None,
    sboms: bool = False,
) -> Commands:
    """Have images of others in ``registry``: what it lacks is pulled by this box, and pushed.

    What is there stays as it is: `dockwright images mirror --refresh` makes it newer.

    Args:
        images: their names, in any spelling, such as ``postgres:16``.
        registry: ``host[:port][/path]``.
        login: who logs in there, or a function that says so.
        others: registries of the site that have the same images, with their logins: what one of
            them has is taken from there. Where ``registry`` does not answer, it is behind, as
            with `image.push`.
        keys: what signs them, as with `image.push`.
        sboms: whether their SBOMs are kept, as with `image.push`.

    Raises:
        OperationError: the box can't pull one, or the registry refused or does not answer.

    Example::

        image.mirror(["postgres:16"], "192.168.50.20:5000", login)
    """
    check_settled(str(host.name), [ENGINE])
    wanted = named(images)
    try:
        who, has = ask_one(registry, login, [f"{one.name}:{one.tag}" for one in wanted])
    except (Refused, Awaited, BoxError):
        raise
    except DockwrightError as error:
        if others is None:
            raise
        behind(registry, error, _never_had(wanted, registry), others)
        return
    lacking = [one for one in wanted if has[f"{one.name}:{one.tag}"] is None]
    held = _held(wanted, has)
    sboms = sboms and can_be_made()
    open_ones = {} if keys is None else to_sign(host, registry, held, who, keys, sboms)
    if keys is not None and open_ones:
        expect(registry, (name for name, _ in open_ones))
        yield from signing(registry, open_ones, who, keys, held if sboms else None)
    if not lacking:
        if not open_ones:
            host.noop(f"registry {registry}: has {len(wanted)} images of others")
        return
    expect(registry, [one.name for one in lacking])
    log.changes(
        host, changed_images(("+", f"{one.name}:{one.tag}", f"in {registry}") for one in lacking)
    )
    said = f"mirror {', '.join(one.image for one in lacking)} into {registry}"
    copied = _copied(lacking, others or {})
    yield Call(said, put, lacking, registry, who, copied=copied, keys=keys, sboms=sboms).because(
        f"{registry}/{one.name}: lacks {one.tag}" for one in lacking
    )


def _never_had(images: Sequence[Mirrored], registry: str) -> list[str]:
    """The names of those that the box never had from ``registry`` nor put there."""
    on_box = images_on(host).values()
    return [
        one.name
        for one in images
        if not any(image.digest_in(f"{registry}/{one.name}") for image in on_box)
    ]


def _held(
    images: Sequence[Mirrored], digests: Mapping[str, str | None]
) -> dict[tuple[str, str], Described]:
    """What the registry has of the box's own: the box put it there, or has run upon it."""
    on_box = list(images_on(host).values())
    return {
        (one.name, digest): described(image)
        for one in images
        for image in on_box
        if (digest := digests[f"{one.name}:{one.tag}"]) is not None and image.has_digest(digest)
    }


def _copied(
    images: Sequence[Mirrored], others: Mapping[str, LoginSource]
) -> Mapping[Mirrored, Had]:
    """Those of ``images`` that one of ``others`` has."""
    copies = {}
    for one in images if others else ():
        for had in ask(others, f"{one.name}:{one.tag}").had:
            copies[one] = had
    return copies


def named(images: Collection[str]) -> list[Mirrored]:
    """The images with their names in a registry, each once.

    Raises:
        DockwrightError: no reference, or one with a digest.

    Example:
        >>> named(["docker.io/library/postgres:16", "postgres:16"])
        [Mirrored(image='postgres:16', name='postgres', tag='16')]
    """
    made = {}
    for text in images:
        name, _, tag = mirrored(text).rpartition(":")
        made[familiar(text)] = Mirrored(familiar(text), name, tag)
    return list(made.values())


def put(
    images: Sequence[Mirrored],
    registry: str,
    login: Login | None,
    refresh: bool = False,
    copied: Mapping[Mirrored, Had] | None = None,
    keys: SigningKeys | None = None,
    sboms: bool = False,
) -> None:
    """Pull what the box lacks of ``images``, or all with ``refresh``, and push it; for a Call.

    Those in ``copied`` are pulled from where they are had, and are on the box no longer than that.

    Raises:
        DockwrightError: the box can't pull one, or the registry refused.

    Example::

        put(named(["postgres:16"]), "192.168.50.20:5000", login)
    """

    def pulled(engine: sdk.APIClient, one: Mirrored) -> str:
        had = (copied or {}).get(one)
        if had is not None:
            repository = f"{had.registry}/{one.name}"
            transfer.pull(engine, repository, had.digest, had.login)
            ours = f"{OURS}{one.name}"
            engine.tag(f"{repository}@{had.digest}", ours, one.tag)
            return f"{ours}:{one.tag}"
        if refresh or not _is_there(engine, one.image):
            repository, _, tag = one.image.rpartition(":")
            try:
                transfer.pull(engine, repository, tag, None)
            except (sdk.APIError, DockwrightError) as error:
                said = line(str(getattr(error, "explanation", None) or error), 500)
                raise DockwrightError(
                    f"image {one.image}: box {host.name} can't pull it ({said}); where it can be "
                    f"had, `docker save {one.image} >FILE` or `skopeo copy docker://{one.image} "
                    f"docker-archive:FILE`, then `dockwright images mirror {one.image} "
                    "--from FILE`"
                ) from error
        return one.image

    push(images, registry, login, pulled, keys, sboms)


def push(
    images: Sequence[Mirrored],
    registry: str,
    login: Login | None,
    have: Callable[[sdk.APIClient, Mirrored], str],
    keys: SigningKeys | None = None,
    sboms: bool = False,
) -> None:
    """Push ``images``, once ``have`` has put each on the box and said by what name; sign them.

    With ``sboms`` an SBOM of each is kept beside it.

    A name of ours (``dockwright-mirror/…``) is taken off again.

    Example::

        push(named(["postgres:16"]), registry, login, pulled)
    """
    pushed = {}
    with talking(host):
        engine = worker(host)
        for one in images:
            repository = f"{registry}/{one.name}"
            name = have(engine, one)
            engine.tag(name, repository, one.tag)
            if name.startswith(OURS):
                engine.remove_image(name)
            digest, layers = transfer.push(engine, repository, one.tag, login)
            log.info(host, f"{repository}:{one.tag}: {digest[:19]}, {layers} layers uploaded")
            inspected = engine.inspect_image(  # type: ignore[no-untyped-call]
                f"{repository}:{one.tag}"
            )
            pushed[one.name, digest] = Described(
                str(inspected["Id"]),
                moment(inspected.get("Created")),
                str(inspected.get("Architecture") or ""),
            )
    sboms = sboms and can_be_made()
    if keys is not None:
        sign_all(registry, pushed, login, keys, pushed if sboms else None)
    elif sboms:
        describe(registry, pushed, login)


def _is_there(engine: sdk.APIClient, image: str) -> bool:
    try:
        engine.inspect_image(image)  # type: ignore[no-untyped-call]
    except sdk.ImageNotFound:
        return False
    return True
