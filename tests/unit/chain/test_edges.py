"""What an image comes from, its parents' ONBUILD lines among it."""

import pytest

from dockwright.chain.dockerfile import Dockerfile, understand
from dockwright.chain.edges import edges, edges_of
from dockwright.chain.graph import Source, order
from dockwright.chain.world import World
from dockwright.errors import DockwrightError


def chain(**texts: str) -> dict[str, tuple[str, ...]]:
    sources = [Source(name, f"{name}/Dockerfile", text) for name, text in texts.items()]
    return {image.name: image.parents for image in order(sources)}


@pytest.mark.parametrize(
    "trigger",
    [
        "COPY --from=tool /x /x",
        "RUN --mount=type=bind,from=tool,target=/t true",
        "COPY --from=tool <<EOF /x\nhello\nEOF",
    ],
)
def test_what_a_parent_copies_on_build_is_built_before_the_child(trigger: str) -> None:
    above = chain(base=f"FROM scratch\nONBUILD {trigger}", tool="FROM scratch", web="FROM base")
    assert above == {"base": (), "tool": (), "web": ("base", "tool")}


def test_on_build_lines_of_a_grandparent_or_of_an_earlier_stage_of_it_do_not_count() -> None:
    above = chain(
        base="FROM scratch AS a\nONBUILD COPY --from=gone /x /x\nFROM scratch",
        mid="FROM scratch\nONBUILD COPY --from=tool /x /x",
        tool="FROM scratch",
        below="FROM mid",
        last="FROM below\nCOPY --from=base /x /x",
    )
    assert above["last"] == ("below", "base")
    assert above["below"] == ("mid", "tool")


def test_on_build_finds_a_stage_of_the_child_before_an_image() -> None:
    above = chain(
        base="FROM scratch\nONBUILD COPY --from=build /x /x", web="FROM scratch AS build\nFROM base"
    )
    assert above["web"] == ("base",)


def test_an_argument_that_on_build_declares_is_passed_to_the_child_alone() -> None:
    sources = [
        Source("base", "base/Dockerfile", "FROM scratch\nONBUILD ARG V=1"),
        Source("web", "web/Dockerfile", "FROM base"),
    ]
    assert [image.args for image in order(sources, args={"V": "2", "W": "3"})] == [
        (),
        (("V", "2"),),
    ]


def _world(**texts: str) -> tuple[dict[str, Dockerfile], World]:
    sources = {name: Source(name, f"{name}/Dockerfile", text) for name, text in texts.items()}
    files = {name: understand(one.text, one.path) for name, one in sources.items()}
    return files, World(sources, ["debian:bookworm"], [])


def test_an_image_s_own_parents_are_apart_from_those_of_others_each_with_its_line() -> None:
    files, world = _world(
        web="FROM debian:bookworm AS one\nFROM base\nCOPY --from=tool /a /a\n",
        base="FROM scratch",
        tool="FROM base",
    )
    web = edges(files, world)["web"]
    assert {name: parent.line for name, parent in web.own.items()} == {"base": 2, "tool": 3}
    assert {name: parent.line for name, parent in web.outside.items()} == {"debian:bookworm": 1}
    assert (web.base, web.names) == ("base", {"base": "base", "tool": "tool"})


def test_what_only_a_stage_names_that_nothing_needs_is_told_apart_from_what_is_needed() -> None:
    text = "FROM tool AS former\nFROM base\n"
    files, world = _world(web=text, base="FROM scratch", tool="FROM scratch")
    assert edges(files, world)["web"].unused == {"tool"}
    files, world = _world(web=f"{text}COPY --from=tool /a /a\n", **{"base": "FROM scratch"},
                          tool="FROM scratch")  # fmt: skip
    assert edges(files, world)["web"].unused == set()


def test_an_unknown_name_of_such_a_stage_is_none_to_who_skips_it() -> None:
    files, world = _world(web="FROM gone AS former\nFROM scratch")
    assert edges_of("web", files["web"], world).own == {}
    with pytest.raises(DockwrightError, match=r"^web/Dockerfile:1: gone: no image folder"):
        edges_of("web", files["web"], world, skips_unused=False)


def test_a_parent_that_is_dropped_has_none_of_its_names_left() -> None:
    files, world = _world(web="FROM base\nCOPY --from=base:latest /a /a", base="FROM scratch")
    web = edges(files, world)["web"]
    assert web.names == {"base": "base", "base:latest": "base"}
    web.drop("base")
    assert (web.own, web.names) == ({}, {})


def test_what_an_onbuild_line_copies_has_the_line_of_the_from_that_brings_it() -> None:
    files, world = _world(
        web="# a comment\nFROM base",
        base="FROM scratch\nONBUILD ARG V\nONBUILD COPY --from=tool /a /a",
        tool="FROM scratch",
    )
    made = edges(files, world)
    assert made["web"].own["tool"].line == 2
    assert "V" in made["web"].declared
    assert "tool" not in made["base"].own
