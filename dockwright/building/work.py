"""What `image.chain` was asked for, and what a builder is given of it, image by image."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dockwright.chain.archive import Archive
from dockwright.chain.dockerfile import understand
from dockwright.chain.graph import Source
from dockwright.chain.plan import Step
from dockwright.chain.recipe import BESIDE_LABEL, BUILT_LABEL, PLATFORM, beside
from dockwright.chain.steps import stages
from dockwright.engine.build import BuildRequest
from dockwright.registry.login import LoginSource


@dataclass(frozen=True)
class Work:
    """The arguments of `image.chain`; ``plan`` says what is stale, given what can be pulled."""

    path: str  # of the chain's folder, as messages show it
    sources: Mapping[str, Source]  # by image name
    plan: Callable[[Collection[str]], Sequence[Step]]
    registries: Mapping[str, LoginSource]  # how to log in to each, by ``host[:port][/path]``
    secrets: Mapping[str, str] = field(repr=False)  # texts by id, of RUN --mount=type=secret
    parallel: int | None  # builds at once; None: as many as the box has processors
    builder: str  # auto, buildkit or classic
    cache: float | None = None  # GiB that BuildKit's may have; None: no bound

    def recipe(self, step: Step, layers: Mapping[str, Sequence[str]]) -> BuildRequest:
        """What a builder is given for ``step``; ``layers`` are those of what is beside its base."""
        image, source = step.image, self.sources[step.image.name]
        args = dict(image.args)
        platform = args.pop(PLATFORM, None)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        # set where there are none too: a base's labels come down
        labels = {**image.labels(), BUILT_LABEL: now, BESIDE_LABEL: beside(layers)}
        return BuildRequest(
            image=image.name,
            path=source.path,
            dockerfile=source.dockerfile,
            context=Archive(source.dockerfile, source.text, source.context),
            lines=understand(source.text, source.path, args).lines,
            stages=stages(source.text, source.path),
            outside=image.outside,
            args=args,
            labels=labels,
            tags=image.references,
            fresh=step.fresh,
            platform=platform,
            secrets=self.secrets,
        )
