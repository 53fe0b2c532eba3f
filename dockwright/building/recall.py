"""Images that were built before and are lost here: the registry has them by their recipe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import gevent
from gevent.pool import Pool
from pyinfra.api.host import Host

from dockwright import sdk
from dockwright.box.channels import AT_WORK
from dockwright.building.progress import ImageOutcome, Progress
from dockwright.building.work import Work
from dockwright.chain.plan import Step
from dockwright.chain.recipe import LABEL
from dockwright.engine import transfer
from dockwright.engine.build import name
from dockwright.engine.client import talking
from dockwright.errors import DockwrightError, NotReady
from dockwright.facts.signatures import is_signed
from dockwright.registry.client import digest
from dockwright.registry.image import Had
from dockwright.registry.login import Login, resolve

T = TypeVar("T")


def recall(
    box: Host, engine: sdk.APIClient, work: Work, stale: Sequence[Step], progress: Progress
) -> list[ImageOutcome]:
    """Pull what is to be had of ``stale``; what can't be pulled after all is left to be built.

    A registry that does not answer is passed over with a warning.
    """
    asked = _Recall(box, engine, work, progress)
    offers: dict[str, Had] = {}
    for place, source in work.registries.items():
        # the first that has a recipe gives it
        left = [step for step in stale if not step.fresh and step.image.name not in offers]
        try:
            offers |= asked.lookup(left, place, resolve(source)) if left else {}
        except DockwrightError as error:
            progress.warn(f"nothing is pulled: {error}")
    if not offers:
        return []
    steps = [step for step in work.plan(offers) if step.action == "pull"]
    pool = Pool(AT_WORK)
    pulls = [pool.spawn(asked.pull, step, offers[step.image.name]) for step in steps]
    outcomes: list[ImageOutcome | None] = _all(pulls)
    return [outcome for outcome in outcomes if outcome is not None]


class _Recall:
    def __init__(self, box: Host, engine: sdk.APIClient, work: Work, progress: Progress) -> None:
        self.box, self.engine, self.work, self.progress = box, engine, work, progress

    def lookup(self, steps: Sequence[Step], registry: str, login: Login | None) -> dict[str, Had]:
        """What ``registry`` has of the recipes, by image."""

        def ask(step: Step) -> str | None:
            reference = f"{registry}/{step.image.name}:{step.image.recipe.tag}"
            with talking(self.box):
                return digest(self.engine, reference, login)

        # the first one alone: where the registry is down, one answer is waited for
        answers = [ask(step) for step in steps[:1]]
        pool = Pool(AT_WORK)
        answers += _all([pool.spawn(_or_none, ask, step) for step in steps[1:]])
        named = zip((step.image.name for step in steps), answers, strict=True)
        return {
            name: Had(registry, login, digest)
            for name, digest in named
            if digest is not None and self._is_signed(registry, name, digest, login)
        }

    def _is_signed(self, registry: str, name: str, digest: str, login: Login | None) -> bool:
        if is_signed(self.box, registry, name, digest, login):
            return True
        self.progress.warn(
            f"{name}: {registry} has it as {digest[:19]}, which this site has not signed; it is "
            "built instead of pulled"
        )
        return False

    def pull(self, step: Step, had: Had) -> ImageOutcome | None:
        image, repository = step.image, f"{had.registry}/{step.image.name}"
        wanted = had.digest
        self.progress.begin(image.name, "pull")
        try:
            with talking(self.box):
                transfer.pull(
                    self.engine,
                    repository,
                    wanted,
                    had.login,
                    lambda far: self.progress.say_how_far(f"{image.name}: {far} pulled"),
                )
                inspection = self.engine.inspect_image(f"{repository}@{wanted}")  # type: ignore[no-untyped-call]
                labels = (inspection.get("Config") or {}).get("Labels") or {}
                if labels.get(LABEL) != image.recipe.digest:
                    raise DockwrightError(f"{repository}@{wanted}: has another recipe")
                made = name(self.engine, str(inspection["Id"]), image.references)
        except DockwrightError as error:
            self.progress.end(image.name)
            self.progress.warn(f"{image.name}: built instead of pulled: {error}")
            return None
        return self.progress.done(image.name, "pulled", step.reason, made.size)


def _or_none(ask: Callable[[Step], str | None], step: Step) -> str | None:
    try:
        return ask(step)
    except NotReady:
        return None


def _all(tasks: Iterable[gevent.Greenlet[T]]) -> list[T]:
    listed = list(tasks)
    try:
        return [task.get() for task in listed]
    finally:
        gevent.killall(listed)
