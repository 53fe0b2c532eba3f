"""The uploads of a push: each image beside the others, then what is kept beside them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pyinfra import host
from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright.box import log
from dockwright.box.bars import bar
from dockwright.box.change import short
from dockwright.box.channels import AT_WORK
from dockwright.box.side_by_side import side_by_side
from dockwright.commands.no_room import registry_explained
from dockwright.engine import transfer
from dockwright.engine.client import talking, worker
from dockwright.errors import DockwrightError
from dockwright.facts.manifests import digests
from dockwright.operations.image.described import describe
from dockwright.operations.image.signed import sign_all
from dockwright.registry.login import Login
from dockwright.registry.signing import SigningKeys
from dockwright.sbom.document import Described


@dataclass(frozen=True)
class Upload:
    """An image of the box by its ID, its name in the registry, and the tags that lack it there."""

    name: str
    image: Described
    tags: tuple[str, ...]


def _say_how_far(box: Host, name: str, far: str) -> None:
    log.step(box, f"{name}: {far} pushed")


def push_all(
    registry: str,
    uploads: Sequence[Upload],
    login: Login | None,
    keeper: str | None,
    keys: SigningKeys | None,
    sboms: bool,
) -> None:
    """Push ``uploads`` to ``registry``, sign them, and keep their SBOMs; for a Call.

    Args:
        registry: ``host[:port][/path]``.
        uploads: what it lacks.
        login: who may write there.
        keeper: the box that runs the registry, which is asked for its room where a push fails.
        keys: what signs them; None: nothing does.
        sboms: whether an SBOM of each is kept beside it.

    Raises:
        DockwrightError: the registry refused one, or has another digest than was pushed.

    Example::

        push_all("192.168.50.20:5000", uploads, login, "registry", keys, sboms=True)
    """
    try:
        pushed = _push_each(registry, uploads, login)
    except DockwrightError as error:
        explained = registry_explained(keeper, str(error))
        if explained == str(error):
            raise
        raise DockwrightError(explained) from error
    its = {
        (upload.name, pushed[f"{upload.name}:{tag}"]): upload.image
        for upload in uploads
        for tag in upload.tags
    }
    if keys is not None:
        sign_all(registry, its, login, keys, its if sboms else None)
    elif sboms:
        describe(registry, its, login)


def _push_each(registry: str, uploads: Sequence[Upload], login: Login | None) -> Mapping[str, str]:
    """Push them; the digest of each ``name:tag`` that was pushed."""
    engine = worker(host)
    box = ctx_host.get()  # type: ignore[no-untyped-call]

    def push_one(upload: Upload) -> dict[str, str]:
        pushed = {}
        for tag in upload.tags:
            engine.tag(upload.image.image, f"{registry}/{upload.name}", tag)
            name = f"{upload.name}:{tag}"
            with bar(box, "push", f"{registry}/{name}"):
                digest, layers = transfer.push(
                    engine,
                    f"{registry}/{upload.name}",
                    tag,
                    login,
                    partial(_say_how_far, box, f"{registry}/{name}"),
                )
            log.step(box, f"{registry}/{name}: {short(digest)}, {layers} layers uploaded")
            pushed[name] = digest
        return pushed

    with talking(host):
        pushed = dict(ChainMap(*side_by_side(push_one, uploads, AT_WORK)))
        for name, has in digests(host, registry, pushed, login).items():
            if has != pushed[name]:
                raise DockwrightError(
                    f"push {registry}/{name}: pushed {pushed[name]}, and the registry has {has}; "
                    "does another builder push to it? run it again"
                )
    return pushed
