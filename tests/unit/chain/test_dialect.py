"""What one builder makes of a Dockerfile and another does not."""

from pathlib import Path

import pytest

from dockwright.chain.arrange import arrange
from dockwright.chain.dialect import Dialect
from dockwright.chain.graph import Source, order
from dockwright.errors import DockwrightError

CLASSIC = Dialect(buildkit=False, engine=(20, 10))


def write(folder: Path, **files: str) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def tree(folder: Path, files: dict[str, str]) -> Path:
    return write(folder, **{"web/Dockerfile": "FROM scratch\n", **files})


def sources(**texts: str) -> list[Source]:
    return [Source(name, f"{name}/Dockerfile", text) for name, text in texts.items()]


@pytest.mark.parametrize(
    ("dialect", "parents"),
    [
        (Dialect(platform="linux/amd64"), ["b-amd64"]),
        (Dialect(platform="linux/arm64/v8"), ["b-arm64"]),
        (Dialect(platform="linux/amd64", target="linux/arm64"), ["b-arm64"]),
    ],
)
def test_buildkit_sets_the_platform_in_front_of_the_first_from(
    dialect: Dialect, parents: list[str]
) -> None:
    tree = {"b-amd64": "FROM scratch", "b-arm64": "FROM scratch", "web": "FROM b-${TARGETARCH}"}
    made = order(sources(**tree), dialect=dialect)
    assert [list(image.parents) for image in made if image.name == "web"] == [parents]
    given = order(sources(**tree), dialect=dialect, args={"TARGETARCH": "arm64"})
    assert given[-1].parents == ("b-arm64",)


def test_the_classic_builder_does_not_and_is_told_of_where_it_matters() -> None:
    tree = sources(web="FROM scratch\nARG TARGETARCH\nRUN echo $TARGETARCH")
    assert order(tree, dialect=CLASSIC) == order(tree)
    with pytest.raises(
        DockwrightError, match=r"web/Dockerfile:1: .*TARGETARCH is set by BuildKit, not by the cl"
    ):
        order(sources(web="FROM b-${TARGETARCH}"), dialect=CLASSIC)
    default = sources(web="ARG TARGETARCH=x\nFROM debian:${TARGETARCH}", **{"a": "FROM scratch"})
    made = arrange(default, externals=["debian:x"], dialect=CLASSIC)
    assert [image.external_parents for image in made.images] == [(), ("debian:x",)]


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("ARG V=1.2.3\nFROM debian:${V%.*}", "debian:1.2"),
        ("ARG V=1.2.3\nFROM debian:${V%%.*}", "debian:1"),
        ("ARG V=v12\nFROM debian:${V#v}", "debian:12"),
        ("ARG V=a/b/12\nFROM debian:${V##*/}", "debian:12"),
        ("ARG V=1.2\nFROM debian:${V//./-}", "debian:1-2"),
        ("ARG V=1.2.3\nFROM debian:${V/./}", "debian:12.3"),
        ("ARG V=a/b\nFROM debian:${V/\\//-}", "debian:a-b"),
    ],
)
def test_patterns_are_taken_by_who_knows_them(text: str, image: str) -> None:
    made = arrange(sources(web=text), externals=[image])
    assert [one.external_parents for one in made.images] == [(image,)]
    assert made.hangs_on == {"variables"}
    for old in (Dialect(engine=(20, 10)), Dialect(buildkit=False, engine=(25, 0))):
        [refused] = arrange(sources(web=text), externals=[image], dialect=old).refused
        assert "the engine knows it from Docker 26 on" in refused.error
    with_reader = sources(web=f"# syntax=docker/dockerfile:1\n{text}")
    assert not arrange(with_reader, externals=[image], dialect=Dialect(engine=(20, 10))).refused


BUILDKITS = [Dialect(), Dialect(engine=(20, 10))]


@pytest.mark.parametrize("dialect", BUILDKITS)
def test_a_stage_that_comes_later_is_what_buildkit_takes_a_name_for(dialect: Dialect) -> None:
    tree = {
        "tool": "FROM scratch",
        "web": "FROM scratch AS one\nCOPY --from=tool /a /b\nFROM one AS tool",
    }
    with pytest.raises(DockwrightError, match=r"web/Dockerfile:2: from=tool: a stage that comes"):
        order(sources(**tree), dialect=dialect)
    made = arrange(sources(**tree), dialect=CLASSIC)
    assert (made.images[-1].parents, made.hangs_on) == (("tool",), {"stages"})


def test_two_stages_of_a_name_are_refused_by_the_classic_builder_alone() -> None:
    tree = sources(a="FROM scratch", web="FROM a AS x\nFROM scratch AS x\nFROM x")
    assert order(tree)[-1].base is None
    with pytest.raises(DockwrightError, match=r"web/Dockerfile:2: .* which the classic builder of"):
        order(tree, dialect=CLASSIC)


def test_a_stage_called_by_a_variable_is_refused_by_all_engines_that_were_tried() -> None:
    tree = sources(a="FROM scratch", web="ARG N=one\nFROM a AS $N\nFROM $N")
    assert order(tree)[-1].parents == ("a",)
    with pytest.raises(DockwrightError, match=r"web/Dockerfile:2: FROM … AS \$N: no stage can be"):
        order(tree, dialect=Dialect(engine=(28, 5)))


@pytest.mark.parametrize(
    ("builder", "kept"),
    [
        (Dialect(engine=(28, 5)), True),
        (Dialect(), True),
        (Dialect(engine=(26, 1)), False),
        (Dialect(buildkit=False, engine=(28, 5)), False),
    ],
    ids=str,
)
@pytest.mark.parametrize("set_before", ["ARG V=amd64\nARG V", "ARG TARGETARCH"])
def test_an_argument_without_a_value_keeps_what_was_set_from_docker_28_on(
    builder: Dialect, kept: bool, set_before: str
) -> None:
    name = set_before.rpartition(" ")[2]
    tree = {"x-amd64": "FROM scratch", "web": f"{set_before}\nFROM x-${name}"}
    made = arrange(sources(**tree), dialect=builder)
    assert bool(made.refused) is not kept


def test_an_argument_without_a_value_is_an_empty_one_to_buildkit_before_docker_28() -> None:
    tree = {"x": "FROM scratch", "web": "ARG V\nFROM x${V-:1}${V+:latest}"}
    assert order(sources(**tree), dialect=Dialect(engine=(26, 1)))[-1].parents == ("x",)
    for unset in (Dialect(buildkit=False, engine=(26, 1)), Dialect(engine=(28, 5)), Dialect()):
        made = order(sources(**tree), externals=["x:1"], dialect=unset)
        assert made[0].external_parents == ("x:1",)
    [refused] = arrange(sources(**tree), dialect=Dialect(engine=(20, 10))).refused
    assert "the engine knows it from Docker 23 on; write a colon in front" in refused.error
