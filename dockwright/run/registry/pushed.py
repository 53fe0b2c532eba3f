"""An image that lies in an engine, pushed by it to a registry of the site.

An engine packs the layers that it keeps unpacked anew. It pushes by a tag alone: that is one of
its own, which whoever calls this takes away in the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pyinfra.api.host import Host

from dockwright import sdk
from dockwright.chain.reference import tag_of
from dockwright.engine import transfer
from dockwright.engine.client import talking, worker
from dockwright.engine.image_file import images_in
from dockwright.engine.load import load
from dockwright.registry.login import Login


def push(
    host: Host,
    repository: str,
    digest: str,
    image: str,
    login: Login | None,
    say: Callable[[str], None],
    file: Path | None = None,
) -> str:
    """Have the engine of ``host`` push an image; the digest that it has in the registry then.

    It is pushed under the tag that its digest has (`dockwright.chain.reference.tag_of`), which the
    engine then has no more; but for an image that it knows by digests alone, as these go with it.

    Args:
        host: a box that may write to the registry.
        repository: ``host[:port][/path]/name``.
        digest: that it should have there.
        image: its ID on the box that it lies on.
        login: one that writes; sent in a header.
        say: told how far it is.
        file: what the engine of another box saved of it, which this one is given first.

    Raises:
        DockwrightError: the engine or the registry refused.

    Example::

        push(host, "192.168.50.20:5000/web", "sha256:…", "sha256:…", login, print)
    """
    tag = tag_of(digest)
    with talking(host):
        engine = worker(host)
        with _named(engine, repository, tag, image):
            if file is None:
                engine.tag(image, repository, tag)
            else:
                # whatever it is called in there: its digest is looked at once it is pushed
                called = [one for its in images_in(file) for one in its.names]
                meant = called[0] if called else f"{repository}:{tag}"
                load(engine, file, meant, f"{repository}:{tag}")
            return transfer.push(engine, repository, tag, login, say)[0]


@contextmanager
def _named(engine: sdk.APIClient, repository: str, tag: str, image: str) -> Iterator[None]:
    """For as long as a block takes the engine may have the tag."""
    stays = bool(_inspected(engine, f"{repository}:{tag}"))
    its = _inspected(engine, image)
    tags = [one.rpartition(":")[0] for one in its.get("RepoTags") or ()]
    digests = [one.partition("@")[0] for one in its.get("RepoDigests") or ()]
    # with its last tag an engine drops the digests that it knows an image by, and maybe all of it
    stays = stays or (repository in digests and repository not in tags)
    try:
        yield
    finally:
        if not stays:
            # an image that something hangs on only loses the name
            with suppress(sdk.APIError):
                engine.remove_image(f"{repository}:{tag}")


def _inspected(engine: sdk.APIClient, reference: str) -> dict[str, Any]:
    try:
        return dict(engine.inspect_image(reference))  # type: ignore[no-untyped-call]
    except sdk.ImageNotFound:
        return {}
