"""The run of a chain: looked up and pulled where it can be, built side by side, told of."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from typing import TypeVar

import gevent
from docker import APIClient
from gevent.pool import Pool
from pyinfra.api.host import Host
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.context import ctx_host

from dockwright.chain.archive import archive
from dockwright.chain.dockerfile import understand
from dockwright.chain.graph import Source
from dockwright.chain.plan import Step
from dockwright.chain.recipe import BUILT_LABEL, LABEL, PLATFORM
from dockwright.chain.reference import parse
from dockwright.chain.schedule import Parents, critical_path, descendants, startable
from dockwright.chain.steps import stages
from dockwright.engine import transfer
from dockwright.engine.build import Builder, Built, Recipe, Say, build, name
from dockwright.engine.build_classic import classic
from dockwright.engine.build_kit import buildkit, has_buildkit
from dockwright.engine.connect import client, talking
from dockwright.errors import DockwrightError, NotReady
from dockwright.operations.image_progress import Outcome, Progress, progress, table
from dockwright.registry.client import digest
from dockwright.registry.login import Login, LoginSource, resolve

# Each build holds a channel of the one SSH connection, and sshd allows ten (MaxSessions).
_MOST_OVER_SSH = 6
_AT_ONCE = 4  # questions to the registry, and pulls
T = TypeVar("T")


@dataclass(frozen=True)
class Work:
    """What `image.chain` was asked for; ``plan`` says what is stale, given what can be pulled."""

    path: str
    sources: Mapping[str, Source]
    args: Mapping[str, str]
    plan: Callable[[Collection[str]], Sequence[Step]]
    registries: Sequence[str]
    registry: str | None
    login: LoginSource
    secrets: Mapping[str, str] = field(repr=False)
    parallel: int | None
    builder: str


def bring_up(stale: Sequence[Step], work: Work) -> None:
    """Pull what the registry has of ``stale`` images, and build the others.

    Raises:
        DockwrightError: an image was not built; the table before it says why.
    """
    began = time.monotonic()
    box = ctx_host.get()  # type: ignore[no-untyped-call]
    run = _Run(box, client(box), work)
    with progress(box) as run.progress:
        run.pull(stale)
        left = [step for step in work.plan(()) if step.action == "build"] if run.outcomes else stale
        run.build(left)
    seconds = time.monotonic() - began
    for line in table(run.outcomes, run.path(), seconds):
        run.progress.say(line)
    failed = [outcome for outcome in run.outcomes if outcome.action == "failed"]
    if failed:
        skipped = [outcome.image for outcome in run.outcomes if outcome.action == "not built"]
        behind = f", and so not {', '.join(skipped)}" if skipped else ""
        raise DockwrightError(
            f"chain {work.path}: failed: {', '.join(outcome.image for outcome in failed)}{behind}; "
            "their former tags stay, the others are done; mend it and run it again"
        )


class _Run:
    progress: Progress

    def __init__(self, box: Host, engine: APIClient, work: Work) -> None:
        self.box, self.engine, self.work = box, engine, work
        self.outcomes: list[Outcome] = []
        self.parents: Parents = {}

    def pull(self, stale: Sequence[Step]) -> None:
        """Pull what is to be had; what can't be pulled after all is left to be built."""
        if self.work.registry is None:
            return
        try:
            login = resolve(self.work.login)
            found = self._lookup([step for step in stale if not step.fresh], login)
        except DockwrightError as error:
            self.progress.warn(f"nothing is pulled: {error}")
            return
        if not found:
            return
        steps = [step for step in self.work.plan(found) if step.action == "pull"]
        pool = Pool(_AT_ONCE)
        pulls = [pool.spawn(self._pulled, step, found[step.image.name], login) for step in steps]
        outcomes: list[Outcome | None] = _all(pulls)
        self.outcomes += [outcome for outcome in outcomes if outcome is not None]

    def _lookup(self, steps: Sequence[Step], login: Login | None) -> dict[str, str]:
        """The digests of the recipes that the registry has, by image."""

        def ask(step: Step) -> str | None:
            with talking(self.box):
                reference = f"{self.work.registry}/{step.image.name}:{step.image.recipe.tag}"
                return digest(self.engine, reference, login)

        # the first one alone: where the registry is down, one answer is waited for
        answers = [ask(step) for step in steps[:1]]
        pool = Pool(_AT_ONCE)
        answers += _all([pool.spawn(_result, ask, step) for step in steps[1:]])
        return {
            step.image.name: answer
            for step, answer in zip(steps, answers, strict=True)
            if isinstance(answer, str)
        }

    def _pulled(self, step: Step, wanted: str, login: Login | None) -> Outcome | None:
        image, began = step.image, time.monotonic()
        repository = f"{self.work.registry}/{image.name}"
        self.progress.begin(image.name, "pull")
        try:
            with talking(self.box):
                transfer.pull(self.engine, repository, wanted, login)
                found = self.engine.inspect_image(f"{repository}@{wanted}")  # type: ignore[no-untyped-call]
                labels = (found.get("Config") or {}).get("Labels") or {}
                if labels.get(LABEL) != image.recipe.digest:
                    raise DockwrightError(f"{repository}@{wanted}: has another recipe")
                made = name(self.engine, str(found["Id"]), self._tags(step))
        except DockwrightError as error:
            self.progress.end(image.name, "")
            self.progress.warn(f"{image.name}: built instead of pulled: {error}")
            return None
        return self._done(step, "pulled", made, began)

    def build(self, steps: Sequence[Step]) -> None:
        """Build ``steps``, parents before children, as many at once as allowed."""
        if not steps:
            return
        by_name = {step.image.name: step for step in steps}
        self.parents = parents = {
            name: [parent for parent in step.image.parents if parent in by_name]
            for name, step in by_name.items()
        }
        with talking(self.box):
            builder, kind = self._builder()
            limit = self._limit()
        self.progress.say(f"{len(steps)} images to build with {kind}, {limit} at once")
        done: set[str] = set()
        failed: set[str] = set()
        running: dict[str, gevent.Greenlet[Outcome]] = {}
        try:
            while True:
                for name in startable(
                    parents, done=done, failed=failed, running=running, limit=limit
                ):
                    running[name] = gevent.spawn(self._built, by_name[name], builder)
                if not running:
                    break
                gevent.wait(list(running.values()), count=1)
                for name in [name for name, task in running.items() if task.ready()]:
                    outcome = running.pop(name).get()
                    self.outcomes.append(outcome)
                    (failed if outcome.action == "failed" else done).add(name)
        finally:
            gevent.killall(list(running.values()))
        for name, culprit in descendants(parents, failed).items():
            self.outcomes.append(Outcome(name, "not built", f"{culprit} failed"))

    def _built(self, step: Step, builder: Builder) -> Outcome:
        image, began = step.image, time.monotonic()
        self.progress.begin(image.name, step.reason)
        try:
            with talking(self.box):
                say: Say = partial(self.progress.step, image.name)
                made = build(self.engine, builder, self._recipe(step), say)
        except DockwrightError as error:
            self.progress.end(image.name, "")
            self.progress.fail(str(error))
            return Outcome(image.name, "failed", step.reason, time.monotonic() - began)
        return self._done(step, "built", made, began)

    def _done(self, step: Step, action: str, made: Built, began: float) -> Outcome:
        seconds = time.monotonic() - began
        self.progress.end(step.image.name, f"{action} in {seconds:.1f} s")
        return Outcome(step.image.name, action, step.reason, seconds, made.size)

    def _recipe(self, step: Step) -> Recipe:
        image, source = step.image, self.work.sources[step.image.name]
        args = dict(image.args)
        platform = args.pop(PLATFORM, None)
        return Recipe(
            image=image.name,
            path=source.path,
            dockerfile=source.dockerfile,
            context=archive(source.dockerfile, source.text, source.context),
            lines=understand(source.text, source.path, args).lines,
            stages=stages(source.text, source.path),
            args=args,
            labels={**image.labels(), BUILT_LABEL: _now()},
            tags=self._tags(step),
            fresh=step.fresh,
            platform=platform,
            secrets=self.work.secrets,
        )

    def _tags(self, step: Step) -> list[str]:
        """Its names; latest comes last: where it is, the others are."""
        image = step.image
        return [
            *self._called(image.name),
            *(f"{image.name}:{tag}" for tag in reversed(image.tags)),
        ]

    def _called(self, name: str) -> list[str]:
        """What Dockerfiles of the chain call it by way of a registry: FROM must find this one."""
        found = set()
        for source in self.work.sources.values():
            for parent in understand(source.text, source.path, self.work.args).parents:
                reference = parse(parent.image)
                if reference.path == name and reference.domain in self.work.registries:
                    found.add(f"{reference.domain}/{name}:{reference.tag or 'latest'}")
        return sorted(found)

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
        over_ssh = isinstance(self.box.connector, SSHConnector)
        return min(limit, _MOST_OVER_SSH) if over_ssh else limit

    def path(self) -> tuple[str, ...]:
        """The critical path of what was built."""
        return critical_path(self.parents, {o.image: o.seconds for o in self.outcomes})


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _result(function: Callable[[Step], T], step: Step) -> T | NotReady:
    try:
        return function(step)
    except NotReady as error:
        return error


def _all(tasks: Iterable[gevent.Greenlet[T]]) -> list[T]:
    listed = list(tasks)
    try:
        return [task.get() for task in listed]
    finally:
        gevent.killall(listed)
