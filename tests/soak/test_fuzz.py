"""Whatever stands in a Dockerfile, a `.dockerignore` or a reference: a plan, or one of our errors.

`script/test soak` tries 160,000 inputs, every other run some hundreds of each kind. What a
Dockerfile says, or that it is refused, is held against moby's own parser.
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockwright.chain.bake import bake
from dockwright.chain.graph import Source, order
from dockwright.chain.ignore import ignored, rules
from dockwright.chain.instructions import instructions
from dockwright.chain.plan import plan
from dockwright.chain.read import read
from dockwright.chain.reference import parse
from dockwright.errors import DockwrightError
from tests import moby
from tests.dockerfiles import dockerfiles

INPUTS = 40_000 if os.environ.get("DOCKWRIGHT_SOAK") else 300  # of each of four kinds
NOW = datetime(2026, 1, 31, tzinfo=UTC)
# 10 s: a pattern or a nesting that takes time without end is a failure as well
fuzzed = settings(
    max_examples=INPUTS, deadline=10_000, database=None, suppress_health_check=list(HealthCheck)
)

ANYTHING = st.text(st.characters(), max_size=30)  # lone surrogates and NUL among them
WORDS = st.one_of(
    *map(
        st.sampled_from,
        (
            ["FROM ", "from ", "ARG ", "COPY --from=", "RUN --mount=type=bind,from=", "ONBUILD "],
            [
                "EXPOSE ",
                "ENV ",
                "LABEL ",
                "RUN ",
                "ADD ",
                "HEALTHCHECK ",
                "CMD [",
                "SHELL [",
                " AS ",
            ],
            [
                "\n",
                "\r\n",
                "\\\n",
                "\\",
                "`",
                "# escape=`\n",
                "# syntax=x\n",
                "#",
                "<<EOF",
                "<<-'E'",
            ],
            [
                "EOF\n",
                "\nE\n",
                "\ufeff",
                "\0",
                "\ud800",
                "\u2028",
                "\x85",
                "\t",
                " ",
                "=",
                '"',
                "'",
            ],
            [
                "$",
                "${",
                "}",
                ":-",
                ":+",
                "?",
                "${a:-",
                "$a",
                "@sha256:",
                "a" * 64,
                ",",
                "%{",
                "[",
                "]",
            ],
            ["scratch", "debian:bookworm", "other", "web", "a", "192.168.50.20:5000/other", "0"],
            [
                "--platform=$x ",
                "x" * 300,
                "${a:-" * 200,
                "}" * 200,
                "[::1]:5000/a",
                "--",
                "é",
                "䅀",
            ],
        ),
    )
)
TEXTS = st.lists(WORDS | ANYTHING, max_size=25).map("".join)


def one_line(function: Callable[[], object]) -> None:
    """Run it; our error is fine, as long as it is one line that a terminal can show."""
    try:
        function()
    except DockwrightError as error:
        said = str(error)
        assert said
        assert "\n" not in said
        assert len(said) < 2000
        said.encode("utf-8")


def planned(folder: Path, args: dict[str, str]) -> None:
    sources = read(folder)
    images = order(sources, registries=["192.168.50.20:5000"], args=args)
    assert len(plan(images, {}, now=NOW, available=["web"])) == len(images) == 2
    json.loads(bake(images, {source.name: source for source in sources}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("fuzz")
    for name in ("web", "other"):
        (made / name).mkdir()
        (made / name / "Dockerfile").write_text("FROM scratch\n")
    return made


@fuzzed
@given(
    st.tuples(st.sampled_from(["", "FROM other\n", "ARG a=b\nFROM "]), TEXTS).map("".join),
    st.binary(max_size=4),
    st.dictionaries(st.sampled_from(["a", "x", "HTTP_PROXY"]), ANYTHING, max_size=2),
)
def test_any_dockerfile_ends_in_a_plan_or_in_our_error(
    folder: Path, text: str, tail: bytes, args: dict[str, str]
) -> None:
    # a lone surrogate is kept as the three bytes that are no UTF-8
    (folder / "web" / "Dockerfile").write_bytes(text.encode("utf-8", "surrogatepass") + tail)
    one_line(lambda: planned(folder, args))
    # a text that never was a file
    one_line(lambda: order([Source("web", "web/Dockerfile", text)], args=args))


@fuzzed
@given(dockerfiles())
def test_any_dockerfile_is_read_or_refused_as_mobys_own_parser_does(text: str) -> None:
    try:
        ours = [moby.row(one) for one in instructions(text, "D")]
    except DockwrightError:
        ours = None
    assert ours == moby.read(text)


IGNORED = st.lists(
    st.sampled_from(["*", "**", "/", "!", "#", "?", "[", "]", "^", "-", "\\", ".", "..", "\n"])
    | st.sampled_from(["a", "b", "*a" * 30, "**/a/" * 30, "[^a]", "[a-z]", " ", "é", "\ud800"])
    | ANYTHING,
    max_size=15,
).map("".join)
PATHS = st.lists(
    st.text(st.sampled_from("ab.é\udcff *["), min_size=1, max_size=8) | st.just("a" * 200),
    min_size=1,
    max_size=6,
).map("/".join)


@fuzzed
@given(IGNORED, PATHS)
def test_any_dockerignore_ends_in_rules_or_in_our_error(text: str, path: str) -> None:
    def met() -> None:
        found = rules(text, "web/.dockerignore")
        assert ignored(path, found) in (True, False)
        assert ignored(path, (*found, *rules("**", "d")))

    one_line(met)


REFERENCES = st.lists(
    st.sampled_from(["a", "A", "0", "/", ":", "@", ".", "_", "__", "-", "[", "]", "::1", "5000"])
    | st.sampled_from(["localhost", "sha256:", "a" * 64, "x" * 256, "other", "192.168.50.20:5000/"])
    | ANYTHING,
    max_size=12,
).map("".join)


@fuzzed
@given(REFERENCES)
def test_any_reference_is_read_or_ends_in_our_error(text: str) -> None:
    def read_back() -> None:
        found = parse(text)
        domain = "" if found.domain is None else f"{found.domain}/"
        tag = "" if found.tag is None else f":{found.tag}"
        digest = "" if found.digest is None else f"@{found.digest}"
        assert f"{domain}{found.path}{tag}{digest}" == text

    one_line(read_back)
    sources = [
        Source("web", "web/Dockerfile", f"FROM {text}\nCOPY --from={text} /a /b\n"),
        Source("other", "other/Dockerfile", "FROM scratch"),
    ]
    one_line(lambda: order(sources, registries=["192.168.50.20:5000"]))
