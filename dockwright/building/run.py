"""The run of a chain: pulled where it can be, else built side by side, and told of."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from functools import partial

import gevent
from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright import sdk
from dockwright.box.channels import AT_WORK
from dockwright.box.connection import by_ssh
from dockwright.box.this_run import this_run
from dockwright.building.cache import bound
from dockwright.building.progress import ImageOutcome, Progress, progress, table
from dockwright.building.recall import recall
from dockwright.building.work import Work
from dockwright.chain.external import familiar
from dockwright.chain.plan import Step
from dockwright.chain.schedule import Parents, critical_path, descendants, startable
from dockwright.commands.no_room import explained
from dockwright.engine.build import Builder, build
from dockwright.engine.build.buildkit import buildkit, has_buildkit
from dockwright.engine.build.classic import classic
from dockwright.engine.client import talking, worker
from dockwright.errors import DockwrightError


def bring_up(stale: Sequence[Step], work: Work) -> None:
    """Pull what the registry has of ``stale`` images, and build the others.

    Raises:
        DockwrightError: an image was not built; the table before it says why.
    """
    began = time.monotonic()
    box = ctx_host.get()  # type: ignore[no-untyped-call]
    engine = worker(box)
    with progress(box) as display:
        outcomes = recall(box, engine, work, stale, display)
        if outcomes:
            # what was pulled may not be what the images upon it were built on
            stale = [step for step in work.plan(()) if step.action == "build"]
        parents = _parents(stale)
        outcomes += _Run(box, engine, work, display).build(stale, parents)
    unbuilt = this_run(box.state).unbuilt
    for outcome in outcomes:
        if outcome.action == "not built":
            unbuilt[outcome.image] = outcome.reason
    path = critical_path(parents, {outcome.image: outcome.seconds for outcome in outcomes})
    for line in table(outcomes, path, time.monotonic() - began):
        display.say(line)
    failed = [outcome.image for outcome in outcomes if outcome.action == "failed"]
    if failed:
        skipped = [outcome.image for outcome in outcomes if outcome.action == "not built"]
        behind = f", and so not {', '.join(skipped)}" if skipped else ""
        why = "; ".join(f"{name}: {unbuilt[name]}" for name in failed)
        raise DockwrightError(
            f"chain {work.path}: failed: {', '.join(failed)}{behind}; their former tags stay, the "
            f"others are done ({why}); mend it and run it again"
        )


def _parents(steps: Sequence[Step]) -> Parents:
    names = {step.image.name for step in steps}
    return {s.image.name: [p for p in s.image.parents if p in names] for s in steps}


class _Run:
    def __init__(self, box: Host, engine: sdk.APIClient, work: Work, progress: Progress) -> None:
        self.box, self.engine, self.work, self.progress = box, engine, work, progress

    def build(self, steps: Sequence[Step], parents: Parents) -> list[ImageOutcome]:
        """Build ``steps``, parents before children, as many at once as allowed."""
        if not steps:
            return []
        by_name = {step.image.name: step for step in steps}
        with talking(self.box):
            builder, builder_name = self._builder()
            limit = self._limit()
        self.progress.say(f"{len(steps)} images to build with {builder_name}, {limit} at once")
        outcomes = self._baseless(steps)
        failed = {*outcomes}
        running: dict[str, gevent.Greenlet[ImageOutcome]] = {}
        try:
            while True:
                done = outcomes.keys() - failed
                for name in startable(
                    parents, done=done, failed=failed, running=running, limit=limit
                ):
                    running[name] = gevent.spawn(self._built, by_name[name], builder)
                if not running:
                    break
                gevent.wait(list(running.values()), count=1)
                for name in [name for name, task in running.items() if task.ready()]:
                    outcomes[name] = running.pop(name).get()
                    if outcomes[name].action == "failed":
                        failed.add(name)
        finally:
            gevent.killall(list(running.values()))
        if self.work.cache is not None:
            with talking(self.box):
                bound(self.engine, self.work.cache, self.progress)
        return [
            *outcomes.values(),
            *(
                ImageOutcome(name, "not built", f"{culprit} failed")
                for name, culprit in descendants(parents, failed).items()
            ),
        ]

    def _baseless(self, steps: Sequence[Step]) -> dict[str, ImageOutcome]:
        """The images whose base an operation before was to bring, and did not."""
        unbuilt, outcomes = this_run(self.box.state).unbuilt, {}
        for step in steps:
            for base in map(familiar, step.image.external_parents):
                if base in unbuilt:
                    why = f"image {step.image.name}: its base {base}: {unbuilt[base]}"
                    self._fail(step.image.name, why)
                    outcomes[step.image.name] = ImageOutcome(step.image.name, "failed", step.reason)
        return outcomes

    def _fail(self, name: str, why: str) -> None:
        self.progress.fail(why)
        # in a row of the run's end, which names the image
        reason = why.partition("\n")[0].partition("; its former tag stays")[0]
        this_run(self.box.state).unbuilt[name] = reason.removeprefix(f"image {name}: ")

    def _built(self, step: Step, builder: Builder) -> ImageOutcome:
        name = step.image.name
        self.progress.begin(name, step.reason)
        try:
            with talking(self.box):
                say = partial(self.progress.step, name)
                recipe = self.work.recipe(step, self._layers(step.image.beside))
                made = build(self.engine, builder, recipe, say)
        except DockwrightError as error:
            seconds = self.progress.end(name)
            self._fail(name, explained(self.box, str(error), engine=True))
            return ImageOutcome(name, "failed", step.reason, seconds)
        return self.progress.done(name, "built", step.reason, made.size)

    def _layers(self, names: Collection[str]) -> dict[str, list[str]]:
        layers = {}
        for name in names:
            image = self.engine.inspect_image(f"{name}:latest")  # type: ignore[no-untyped-call]
            layers[name] = list(image["RootFS"].get("Layers") or ())
        return layers

    def _builder(self) -> tuple[Builder, str]:
        wanted = self.work.builder
        if wanted == "classic" or (wanted == "auto" and not has_buildkit(self.box)):
            if self.work.secrets:
                raise DockwrightError(
                    f"box {self.box.name}: secrets ({', '.join(self.work.secrets)}) take BuildKit, "
                    "and the classic builder is all there is; install docker-buildx there"
                )
            return classic(self.engine), "the classic builder"
        return buildkit(self.box), "BuildKit"

    def _limit(self) -> int:
        limit = self.work.parallel or int(self.engine.info()["NCPU"])
        return limit if by_ssh(self.box) is None else min(limit, AT_WORK)
