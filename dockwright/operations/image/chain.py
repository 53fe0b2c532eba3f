"""The chain of images: built on a box's engine in the order its Dockerfiles say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from pyinfra import host
from pyinfra.api import HiddenValue

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.box.change import images as changed_images
from dockwright.box.this_run import this_run
from dockwright.building.run import bring_up
from dockwright.building.work import Work
from dockwright.chain.declared import Chain
from dockwright.chain.external import familiar
from dockwright.chain.graph import Image
from dockwright.chain.plan import Step, old, plan
from dockwright.chain.schedule import descendants
from dockwright.commands.declare import Call, Commands, operation
from dockwright.commands.expected import ENGINE, check_settled, expect, is_changing
from dockwright.errors import DockwrightError
from dockwright.facts.image import images_on, present
from dockwright.operations.image.access import give_names
from dockwright.operations.image.tree import on_this_box
from dockwright.registry.login import LoginSource


@operation()
def chain(
    path: str | Chain = "images",
    only: Collection[str] = (),
    force: Collection[str] | bool = (),
    args: Mapping[str, str] | None = None,
    max_age: int | None = None,
    platform: str | None = None,
    externals: Collection[str] = ("debian:bookworm",),
    registries: Collection[str] = (),
    own: Collection[str] = (),
    registry: str | None = None,
    login: LoginSource = None,
    others: Mapping[str, LoginSource] | None = None,
    secrets: Mapping[str, HiddenValue] | None = None,
    parallel: int | None = None,
    builder: Literal["auto", "buildkit", "classic"] = "auto",
    refreshed_by: str = "`dockwright images refresh`",
    cache: float | None = None,
) -> Commands:
    """Build what is stale of the chain under ``path``, parents before children, else pull it.

    An image that is current and lacks one of its names is given it.

    Siblings are built at the same time. A build that fails stops what descends from it; the
    rest goes on, and the operation fails at its end. A tag moves when its image is done.

    Args:
        path: folder of the image folders, on the machine pyinfra runs on; or what
            `dockwright.chain.declared.declared` made of it, which then has args, platform,
            externals, registries, own and builder.
        only: these images and their ancestors; empty means all.
        force: images to build though they are current, or True for all of them.
        args: build arguments; each image is given those that its Dockerfile declares.
        max_age: days after which an image right above the base is built again. Without it a plan
            reminds of such an image after 30 days.
        platform: such as ``linux/arm64``; None for the box's own. It is part of the recipe.
        externals: images the chain may begin with, in any spelling (`image.base`,
            `image.external`).
        registries: ``host[:port][/path]`` whose images are the chain's own.
        own: ``[host[:port]/]owner`` under which Dockerfiles call the chain's own images.
        registry: ``host[:port][/path]`` where an image is looked up by its recipe, and pulled,
            before it is built; one that does not answer is passed over.
        login: who logs in there, or a function that says so.
        others: registries that are asked, in their order, for what it lacks, with their logins.
        secrets: for RUN --mount=type=secret, by id; they take BuildKit.
        parallel: how many images are built at once; None for the box's number of processors.
        refreshed_by: what a reminder of old images tells to run.
        builder: ``auto`` takes BuildKit where the box's docker client has it.
        cache: GiB that BuildKit's cache may have once an image was built; None: no bound.

    Raises:
        OperationError: no build order (a cycle, an unknown parent, …), or a build failed; the
            former tags then stay.

    Example::

        image.chain(path="images", only=["registry"])
    """
    for name, value in (secrets or {}).items():
        if not isinstance(value, HiddenValue):
            # pyinfra shows the arguments of an operation without a name
            raise DockwrightError(f"secret {name}: not hidden; give HiddenValue(…)")
    if builder not in ("auto", "buildkit", "classic"):
        raise DockwrightError(f"builder {builder!r}: none such; use auto, buildkit or classic")
    if parallel is not None and parallel < 1:
        raise DockwrightError(f"parallel {parallel}: no number of builds; give 1 or more, or None")
    declared = on_this_box(
        path,
        args=args,
        externals=externals,
        registries=[*registries, *([registry] if registry else [])],
        own=own,
        platform=platform,
        builder=builder,
    )
    declared.wanted(only)
    images, path = declared.images, declared.path

    outside = {name for image in images for name in image.external_parents}

    def planned(available: Collection[str] = ()) -> tuple[Step, ...]:
        on_box = images_on(host)
        return plan(
            images,
            present(on_box, [image.name for image in images]),
            externals=present(on_box, outside),
            now=datetime.now(UTC),
            max_age=None if max_age is None else timedelta(days=max_age),
            only=only,
            force=force,
            available=available,
        )

    check_settled(str(host.name), [ENGINE])
    if max_age is None:
        _remind(images, refreshed_by)
    changing = [name for name in outside if is_changing(str(host.name), [familiar(name)])]
    steps = planned()
    on_box = images_on(host)
    for step in steps:
        if step.action == "name":
            name = step.image.name
            log.reason(host, f"{name}: {step.reason}")
            log.changes(host, [Change("~", f"image {name}", ("its names",))])
            image = on_box[f"{name}:latest"].id
            yield Call(f"name {name}", give_names, image, step.image.references)
    stale = [step for step in steps if step.action == "build"]
    if changing:
        upon = {i.name: i.parents for i in images}
        first = [i.name for i in images if not {*i.external_parents}.isdisjoint(changing)]
        expect(str(host.name), [*first, *descendants(upon, first)])
        if not stale:
            check_settled(str(host.name), map(familiar, changing))
    if not stale:
        if all(step.action == "none" for step in steps):
            host.noop(f"chain {path}: {len(steps)} images are current")
        return
    work = Work(
        path=path,
        sources={source.name: source for source in declared.sources},
        plan=planned,
        registries={**({registry: login} if registry else {}), **(others or {})},
        secrets={name: value.unmask() for name, value in (secrets or {}).items()},
        parallel=parallel,
        builder=declared.builder,
        cache=cache,
    )
    expect(str(host.name), [step.image.name for step in stale])
    log.changes(
        host,
        changed_images(
            ("~", step.image.name, step.reason)
            if f"{step.image.name}:latest" in on_box
            else ("+", step.image.name, "")
            for step in stale
        ),
    )
    names = ", ".join(step.image.name for step in stale)
    yield Call(f"pull or build {names}", bring_up, stale, work=work).because(
        f"{step.image.name}: {step.reason}" for step in stale
    )


def _remind(images: Sequence[Image], refreshed_by: str) -> None:
    """Have a plan say which images are old: they lack the updates of their distribution."""
    on_box = present(images_on(host), [image.name for image in images])
    for name, days in old(images, on_box, datetime.now(UTC)).items():
        this_run(host.state).reminders.append(
            f"box {host.name}: image {name} is {days} days old; {refreshed_by} builds it with its "
            "distribution's updates"
        )
