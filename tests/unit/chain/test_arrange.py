"""A tree of which one entry is in error: it is named, and the others keep their places."""

import os
from pathlib import Path

import pytest

from dockwright.chain.arrange import arrange
from dockwright.chain.declared import declared
from dockwright.chain.dialect import Dialect
from dockwright.chain.graph import Source, order
from dockwright.chain.read import read
from dockwright.errors import DockwrightError

CLASSIC = Dialect(buildkit=False, engine=(20, 10))


def write(folder: Path, **files: str) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def tree(folder: Path, files: dict[str, str]) -> Path:
    return write(folder, **{"web/Dockerfile": "FROM scratch\n", **files})


def names(folder: Path) -> list[str]:
    return [source.name for source in read(folder)]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"api/VERSION": "a b"}, "api/VERSION:1: 'a b': not a version"),
        ({"api/Dockerfile": "FRMO x"}, "api/Dockerfile:1: FRMO: no such instruction"),
        ({"api/Dockerfile": "FROM gone"}, "api/Dockerfile:1: gone: no image folder"),
        ({"api/Dockerfile": "FROM api"}, "api/Dockerfile:1: api is built from api: a cycle"),
        ({"api/.dockerignore": "["}, "api/.dockerignore:1: [: an open bracket"),
        ({"api/NAME": "My Api"}, "api/NAME:1: 'My Api': no image can be called so"),
        ({"Api/Dockerfile": "FROM x"}, "Api/Dockerfile: image Api: no image can be called so"),
        ({"api/Dockerfile": "FROM a@sha256:12"}, "a@sha256:12"),
    ],
)
def test_the_one_in_error_is_named_and_the_others_are_planned(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    below = {"api/Dockerfile": "FROM scratch", "app/Dockerfile": "FROM api"}
    made = declared(tree(tmp_path, {**below, **files}))
    assert "web" in [image.name for image in made.images]
    [refused] = made.arranged.refused
    assert why in refused.error
    if refused.image == "api":
        assert made.arranged.behind == {"app": "api"}
        assert [image.name for image in made.wanted(["web"])] == ["web"]
        for wanted in (["app"], ["api"], ["web", "app"]):
            with pytest.raises(DockwrightError) as error:
                made.wanted(wanted)
            assert str(error.value) == refused.error
    with pytest.raises(DockwrightError):
        made.wanted()


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    made = declared(tree(tmp_path, {"a/Dockerfile": "FRMO x", "b/Dockerfile": "FROM gone"}))
    with pytest.raises(DockwrightError, match=r"^[^\n]*a/Dockerfile:1: .*\nerror: .*b/Dockerfile"):
        made.wanted()


def test_what_an_image_leaves_out_of_its_context_is_no_image_and_is_not_read(
    tmp_path: Path,
) -> None:
    lib = {f"vendor/{team}/lib/Dockerfile": "FRMO x" for team in ("one", "two")}
    files = {f"web/{path}": text for path, text in lib.items()}
    folder = tree(tmp_path, {**files, "web/.dockerignore": "vendor\n"})
    (folder / "web/vendor/closed").mkdir(mode=0o000)
    assert names(folder) == ["web"]
    # what is brought back of it is there again
    (folder / "web/.dockerignore").write_text("vendor/*\n!vendor/one\n")
    (folder / "web/vendor/closed").chmod(0o755)
    (folder / "web/vendor/one/lib/Dockerfile").write_text("FROM scratch")
    assert names(folder) == ["web", "lib"]


def test_a_dockerfile_that_only_copy_is_not_to_have_is_an_image(tmp_path: Path) -> None:
    # as many a project has it: the file is left out, not its folder
    files = {"web/.dockerignore": "**/Dockerfile\n", "web/worker/Dockerfile": "FROM scratch"}
    assert names(tree(tmp_path, files)) == ["web", "worker"]


def test_a_folder_of_no_image_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree(tmp_path, {}) / "closed").mkdir()
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("closed"):  # these tests may be root's, who may read all
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    made = declared(tmp_path)
    assert [image.name for image in made.images] == ["web"]
    assert "closed: Permission denied" in made.arranged.refused[0].error


def test_two_folders_of_one_name_are_told_apart_by_a_file_in_one_of_them(tmp_path: Path) -> None:
    files = {"bookworm/curl/Dockerfile": "FROM scratch", "bullseye/curl/Dockerfile": "FROM curl"}
    folder = tree(tmp_path, files)
    with pytest.raises(DockwrightError, match="write another name into a file NAME in it"):
        declared(folder).wanted()
    write(folder, **{"bullseye/curl/NAME": "curl-bullseye\n"})
    write(folder, **{"NodeBase/Dockerfile": "FROM web", "NodeBase/NAME": "node-base"})
    made = {image.name: image.parents for image in declared(folder).wanted()}
    assert made == {"curl": (), "curl-bullseye": ("curl",), "web": (), "node-base": ("web",)}


def test_a_tree_of_one_image_is_called_as_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path, **{"single/Dockerfile": "FROM scratch"}) / "single")
    for path in (".", "../single", "../single/."):
        assert names(Path(path)) == ["single"]


def sources(**texts: str) -> list[Source]:
    return [Source(name, f"{name}/Dockerfile", text) for name, text in texts.items()]


def test_a_stage_that_nothing_needs_closes_no_cycle_under_buildkit() -> None:
    text = "FROM scratch AS former\nCOPY --from=web / /\nFROM scratch\n"
    assert [image.parents for image in order(sources(web=text))] == [()]
    longer = sources(a="FROM scratch AS t\nCOPY --from=b / /\nFROM scratch", b="FROM a")
    assert [(image.name, image.wave) for image in order(longer)] == [("a", 0), ("b", 1)]
    with pytest.raises(DockwrightError, match=r"a cycle; .* or build with BuildKit: the classic"):
        order(sources(web=text), dialect=CLASSIC)
    used = sources(web=f"{text}COPY --from=former / /")
    with pytest.raises(DockwrightError, match=r"web is built from web: a cycle"):
        order(used)


def test_a_name_that_only_such_a_stage_has_is_not_looked_for() -> None:
    text = "FROM gone AS t\nFROM scratch"
    assert order(sources(web=text))[0].parents == ()
    with pytest.raises(DockwrightError, match="gone: no image folder"):
        order(sources(web=text), dialect=CLASSIC)


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


def test_an_argument_without_a_value_is_an_empty_one_to_buildkit() -> None:
    tree = {"x": "FROM scratch", "web": "ARG V\nFROM x${V-:1}${V+:latest}"}
    assert order(sources(**tree))[-1].parents == ("x",)
    classic = Dialect(buildkit=False, engine=(26, 1))
    made = order(sources(**tree), externals=["x:1"], dialect=classic)
    assert made[0].external_parents == ("x:1",)
    [refused] = arrange(sources(**tree), dialect=Dialect(engine=(20, 10))).refused
    assert "the engine knows it from Docker 23 on; write a colon in front" in refused.error


def test_what_is_read_for_a_picture_only_refuses_nothing() -> None:
    for port in ("${PORT:?need}", "${PORT:~x}", "$", "${PORT%%/*}:80"):
        order(sources(web=f"FROM scratch\nEXPOSE {port}"))


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
