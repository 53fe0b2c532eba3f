"""The image that reads a Dockerfile, where its first line names one."""

import pytest

from dockwright.chain.frontend import frontend
from dockwright.chain.graph import Source, order


def sources(**texts: str) -> list[Source]:
    return [Source(name, f"{name}/Dockerfile", text) for name, text in texts.items()]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# syntax=docker/dockerfile:1\nFROM scratch", 1),
        ("#!/bin/x\n# escape=`\n#Syntax = docker/dockerfile:1 -x\nFROM scratch", 3),
        ("\ufeff# syntax=docker/dockerfile:1\r\nFROM scratch", 1),
        ("# hello\n# syntax=docker/dockerfile:1\nFROM scratch", None),
        ("\n# syntax=docker/dockerfile:1\nFROM scratch", None),
    ],
)
def test_the_image_that_reads_a_dockerfile_is_one_of_others_with_its_line(
    text: str, line: int | None
) -> None:
    [image] = order(sources(web=text))
    found = [(one.image, one.line) for one in image.outside]
    assert found == ([] if line is None else [("docker/dockerfile:1", line)])
    assert image.external_parents == tuple(name for name, _ in found)
    # newer ones bring it no updates
    assert not image.upon_others


def test_it_may_be_an_image_of_the_tree() -> None:
    made = order(sources(reader="FROM scratch", web="# syntax=reader\nFROM scratch"))
    assert [(image.name, image.wave) for image in made] == [("reader", 0), ("web", 1)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("FROM scratch\n# syntax=late:1", None),
        ("# syntax=\nFROM scratch", None),
        ("# syntax = reader:1 and words for it\n", ("reader:1", 1)),
        ("// syntax=reader:1\n", ("reader:1", 1)),
        ("# check=skip=all\n# escape=`\n# syntax=reader:1\n", ("reader:1", 3)),
        ("# escape=`\n\n# syntax=reader:1\n", None),
        ("FROM scratch\n#!/x\n", None),
        ("# syntax=one:1\n# syntax=two:1\n", ("one:1", 1)),
        ("# a b=c\n# syntax=reader:1\n", None),
    ],
)
def test_a_directive_stands_above_all_else(text: str, found: tuple[str, int] | None) -> None:
    assert frontend(text) == found
