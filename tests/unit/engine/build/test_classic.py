"""What the classic builder says, read; and what it can't do."""

from collections.abc import Sequence

import pytest

from dockwright.chain.instructions import instructions
from dockwright.chain.steps import stages
from dockwright.engine.build import BuildRequest
from dockwright.engine.build import classic as build_classic
from dockwright.errors import DockwrightError

TEXT = """\
ARG BASE=debian:bookworm
FROM ${BASE} AS build
ARG WHAT=x
RUN echo one; echo two >&2; echo $WHAT
RUN --mount=type=secret,id=tok cat /run/secrets/tok | sha256sum
FROM ${BASE}
WORKDIR /w
COPY --from=build /etc/hostname /w/h
RUN if [ -n "$FAIL" ]; then echo bad; false; fi; \\
  echo last words; false
"""


def recipe(text: str = TEXT, **changed: object) -> BuildRequest:
    lines = tuple(line.number for line in instructions(text, "web/Dockerfile"))
    values = {"lines": lines, "stages": stages(text, "web/Dockerfile"), **changed}
    return BuildRequest("web", "web/Dockerfile", "Dockerfile", b"", **values)  # type: ignore[arg-type]


def classic(messages: Sequence[dict[str, object]], made: BuildRequest) -> tuple[str, list[str]]:
    steps: list[str] = []
    progress = build_classic._Progress(made, lambda n, m, text: steps.append(f"{n}/{m} {text}"))
    return progress.follow(messages), steps


def test_the_classic_builder_tells_the_files_own_instructions() -> None:
    said = ["Step 1/3 : FROM debian", "\n", " ---> 00155fa9a648\nStep 2/3 : RUN true\n"]
    messages: list[dict[str, object]] = [{"stream": text} for text in said]
    messages += [{"stream": "Step 3/3 : LABEL a=b\n"}, {"aux": {"ID": "sha256:1"}}]
    made, steps = classic(messages, recipe("FROM debian\nRUN true\n"))
    assert (made, steps) == ("sha256:1", ["1/2 FROM debian", "2/2 RUN true"])


def test_the_classic_builder_has_no_secrets() -> None:
    with pytest.raises(DockwrightError, match=r"secrets \(tok\): the classic builder has none"):
        build_classic.classic(None)(recipe(secrets={"tok": "x"}), print)  # type: ignore[arg-type]
