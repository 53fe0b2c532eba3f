"""A Dockerfile with other names for what it is built from: its lines stay where they were."""

import pytest

from dockwright.chain.dockerfile import understand
from dockwright.chain.renamed import renamed, stage_names

NAMES = {"ruby": "x.test/ruby:1", "tool": "x.test/tool:2"}


def _renamed(text: str, **args: str) -> str:
    made = renamed(text, "D", NAMES, args)
    assert made.count("\n") == text.count("\n")
    return made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("FROM ruby", "FROM x.test/ruby:1"),
        ("FROM ruby:latest AS a", "FROM x.test/ruby:1 AS a"),
        ("FROM ruby:3", "FROM ruby:3"),
        ("FROM docker.io/library/ruby", "FROM x.test/ruby:1"),
        ("FROM --platform=linux/arm64 ruby", "FROM --platform=linux/arm64 x.test/ruby:1"),
        ("FROM \\\n  ruby \\\n  AS a\nRUN true", "FROM x.test/ruby:1 AS a\n\n\nRUN true"),
        # a stage is called as an image is
        ("FROM scratch AS ruby\nFROM ruby", "FROM scratch AS ruby\nFROM ruby"),
        ("FROM scratch\nCOPY --from=tool /a /a", "FROM scratch\nCOPY --from=x.test/tool:2 /a /a"),
        (
            "FROM scratch AS Tool\nFROM scratch\nCOPY --from=tool /a /a",
            "FROM scratch AS Tool\nFROM scratch\nCOPY --from=tool /a /a",
        ),
        (
            "FROM scratch\nRUN --mount=type=bind,from=tool,target=/t \\\n  --mount=from=ruby true",
            "FROM scratch\nRUN --mount=type=bind,from=x.test/tool:2,target=/t \\\n"
            "  --mount=from=x.test/ruby:1 true",
        ),
        ("FROM scratch\nRUN echo from=tool ruby", "FROM scratch\nRUN echo from=tool ruby"),
    ],
)
def test_only_what_names_an_image_has_another_name(text: str, made: str) -> None:
    assert _renamed(text) == made


def test_a_from_that_an_argument_fills_in_is_the_image_that_is_meant() -> None:
    text = "ARG BASE=ruby\nFROM $BASE"
    assert understand(_renamed(text), "D").base == "x.test/ruby:1"
    assert _renamed(text, BASE="debian:bookworm") == text


def test_stages_are_called_without_regard_to_case() -> None:
    text = "FROM a AS One\nFROM b\nFROM one AS TWO"
    assert stage_names(text, "D") == {"one", "two"}
