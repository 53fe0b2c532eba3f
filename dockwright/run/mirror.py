"""Images of others put into the site's registries, by way of a box of the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pyinfra.api.host import Host

from dockwright import sdk
from dockwright.box.inside.operations import function_of
from dockwright.box.lock import hold
from dockwright.box.privilege import as_root
from dockwright.chain.external import canonical, familiar
from dockwright.commands.declare import ours
from dockwright.deploys.box import Box, this_box
from dockwright.deploys.registry_access import logins_that_write, to_trust
from dockwright.deploys.signing import keys_of
from dockwright.engine.image_file import images_in
from dockwright.engine.load import load
from dockwright.errors import DockwrightError
from dockwright.facts.manifests import digests
from dockwright.operations import registry
from dockwright.operations.image.mirror import OURS, Mirrored, named, push, put
from dockwright.registry.login import resolve
from dockwright.run.inventory import box as connected_box
from dockwright.run.recorded import recorded
from dockwright.terminal import echo


def mirror(
    images: Sequence[str],
    file: Path | None = None,
    refresh: bool = False,
    name: str | None = None,
    inventory: str | None = None,
    say: Callable[[str], None] = echo,
) -> None:
    """Put ``images`` into every registry of the site.

    Args:
        images: in any spelling, such as ``postgres:16``.
        file: where `docker save` or skopeo has written one of them; None: the box pulls them.
        refresh: pull them anew though a registry has them.
        name: the box; None for the one that builds.
        inventory: as for `dockwright.run.inventory.load`.
        say: told what happens.

    Raises:
        DockwrightError: no such box or image, a file that holds another one, the box can't pull
            one, or a registry refused.

    Example::

        mirror(["postgres:16"], Path("postgres.tar"))
    """
    wanted = named(images)
    if file is not None:
        if len(wanted) > 1:
            raise DockwrightError(f"{file}: {len(wanted)} images to be taken from it; name one")
        images_in(file)  # what is no archive is told before a box is asked
    with connected_box(name, inventory) as host:
        hold(host)
        box = this_box()
        trust(host, box)
        with recorded(host, f"mirror of {', '.join(one.image for one in wanted)}", say):
            for place, source in logins_that_write(box).items():
                login = resolve(source)
                tags = [f"{one.name}:{one.tag}" for one in wanted]
                has = digests(host, place, tags, login)
                lacking = [
                    one for one in wanted if file or refresh or has[f"{one.name}:{one.tag}"] is None
                ]
                keys, sboms = keys_of(box, place), box.settings.sboms
                if file is not None:
                    push(lacking, place, login, partial(_loaded, file), keys, sboms)
                else:
                    put(lacking, place, login, refresh, keys=keys, sboms=sboms)
                has = digests(host, place, tags, login)
                for one in wanted:
                    already = "" if one in lacking else ": has it already, see --refresh"
                    tag = f"{one.name}:{one.tag}"
                    say(f"{place}/{tag}@{has[tag]}{already}")
        known = {canonical(text) for text in [box.settings.base_image, *box.settings.externals]}
        for one in wanted:
            if canonical(one.image) not in known:
                say(
                    f"FROM {box.registry}/{one.name}:{one.tag} names it; for FROM {one.image}, "
                    f'dockwright_externals = ["{familiar(one.image)}"]'
                )


def trust(host: Host, box: Box) -> None:
    """As the images deploy begins: the builder of a new site has not met its registry yet.

    Raises:
        DockwrightError: the engine of ``host`` could not be told.

    Example::

        trust(host, this_box())
    """
    for arguments in to_trust(box):
        for command in function_of(registry.trust)(**arguments):
            as_given: Any = as_root(host)
            if not ours(command).execute(host.state, host, as_given):
                raise DockwrightError(
                    f"box {host.name}: registry {arguments['registry']}: not trusted there, "
                    "see above"
                )


def _loaded(file: Path, engine: sdk.APIClient, one: Mirrored) -> str:
    # not under its own name: whether that moves is the images deploy's to say
    tag = f"{OURS}{one.name}:{one.tag}"
    load(engine, file, one.image, tag)
    return tag
