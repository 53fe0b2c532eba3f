"""What BuildKit says, as recorded from Docker 20.10 and 26.1, read; and what it is given."""

import base64
import subprocess
from pathlib import Path

import pytest

from dockwright.chain.instructions import instructions
from dockwright.chain.steps import stages
from dockwright.engine.build import BuildRequest
from dockwright.engine.build import buildkit as build_kit
from dockwright.errors import DockwrightError

SAID = Path(__file__).parents[2] / "build_output"
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


def told(file: str, made: BuildRequest) -> tuple[build_kit._Progress, list[str]]:
    steps: list[str] = []
    progress = build_kit._Progress(made, lambda n, m, text: steps.append(f"{n}/{m} {text}"))
    for line in (SAID / file).read_text(encoding="utf-8").splitlines():
        progress.take(line)
    return progress, steps


@pytest.mark.parametrize("version", ["20.10", "26.1"])
def test_buildkit_tells_each_step_and_the_line_that_failed(version: str) -> None:
    progress, steps = told(f"failed-{version}", recipe())
    # both stages begin with the same FROM, and that is one step to BuildKit
    assert [step.split()[0] for step in steps] == [f"{number}/7" for number in range(1, 7)]
    assert sorted(step.split()[1] for step in steps) == [
        *("COPY", "FROM", "RUN", "RUN", "RUN", "WORKDIR")
    ]
    assert str(progress.failure()) == (
        "image web: web/Dockerfile:9: "
        'RUN if [ -n "$FAIL" ]; then echo bad; false; fi; echo last words; false: exit code: 1; '
        "its former tag stays; its last lines:\n    last words"
    )


@pytest.mark.parametrize("version", ["20.10", "26.1"])
def test_buildkit_made_an_image(version: str) -> None:
    progress, _ = told(f"built-{version}", recipe())
    assert progress.image.startswith("sha256:")


@pytest.mark.parametrize("version", ["20.10", "26.1"])
def test_a_base_that_is_not_there_is_told_in_the_builders_words(version: str) -> None:
    progress, _ = told(f"no-base-{version}", recipe("FROM 127.0.0.1:1/none\n"))
    said = str(progress.failure())
    assert said.startswith("image web: web/Dockerfile: ")
    assert "127.0.0.1:1: connect: connection refused; its former tag stays" in said


def test_a_secrets_id_that_would_be_more_than_an_id_is_refused() -> None:
    with pytest.raises(DockwrightError, match="secret 'a,env=HOME'"):
        list(build_kit._input(recipe(secrets={"a,env=HOME": "x"})))


HOSTILE = {
    "GEM_SOURCE": "https://user:s3cret@gems.example/",
    "number": 'it\'s $(id) `id` \\ "q"\nsecond line\n',
    "dir": "/",
    "EMPTY": "",
}


def sent(args: dict[str, str]) -> tuple[list[str], list[str]]:
    """The words of `docker build`, and the lines that set its environment."""
    words, values = [], []
    made = list(
        build_kit._input(BuildRequest("web", "web/Dockerfile", "Dockerfile", b"", args=args))
    )
    for line in made[:-2]:
        kind, text = line.split(b" ", 1)
        (words if kind == b"a" else values).append(base64.b64decode(text).decode())
    return words, values


def test_a_value_is_not_among_the_words() -> None:
    words, _ = sent(HOSTILE)
    assert words == ["--file", "Dockerfile", *(f"--build-arg={name}" for name in HOSTILE)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_is_what_it_was_in_the_environment(name: str) -> None:
    _, values = sent(HOSTILE)
    done = subprocess.run(
        # the words stay whatever a value's name is
        ["sh", "-c", '. /dev/stdin; exec "$@"', "sh", "printenv", "-0", name],
        input="\n".join(values),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout == f"{HOSTILE[name]}\0"


def test_what_no_shell_can_export_or_the_client_would_take_for_itself_stays_a_word() -> None:
    words, values = sent({"a-b": "1", "DOCKER_HOST": "tcp://x"})
    assert words[2:] == ["--build-arg=a-b=1", "--build-arg=DOCKER_HOST=tcp://x"]
    assert values == []


def test_the_script_is_valid_shell() -> None:
    subprocess.run(["sh", "-n"], input=build_kit._BUILD, text=True, check=True, timeout=30)
