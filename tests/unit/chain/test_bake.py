"""The chain as a bake file; tests/lab/test_bake.py has Docker's own bake read one."""

import json

import pytest

from dockwright.chain.bake import bake
from dockwright.chain.context import ContextEntry
from dockwright.chain.graph import Source, order
from dockwright.errors import DockwrightError


def targets(*sources: Source, **given: str) -> dict[str, dict[str, object]]:
    images = order(sources, registries=["192.168.50.20:5000"], args=given)
    read = json.loads(bake(images, {source.name: source for source in sources}))
    assert read["group"]["default"]["targets"] == [image.name.replace(".", "_") for image in images]
    found: dict[str, dict[str, object]] = read["target"]
    return found


def test_a_target_is_wired_to_its_parents_by_the_names_that_its_dockerfile_has() -> None:
    found = targets(
        Source("base", "images/base/Dockerfile", "FROM debian:bookworm", version="2.7"),
        Source("tool", "images/tool/Dockerfile", "FROM scratch"),
        Source(
            "web",
            "images/web/web.Dockerfile",
            "FROM base:2.7\nCOPY --from=192.168.50.20:5000/tool:latest /x /x\n"
            "COPY --from=tool /y /y",
            dockerfile="web.Dockerfile",
        ),
    )
    assert found["web"]["contexts"] == {
        "base:2.7": "target:base",
        "192.168.50.20:5000/tool": "target:tool",
        "tool": "target:tool",
    }
    assert (found["web"]["context"], found["web"]["dockerfile"]) == ("images/web", "web.Dockerfile")
    assert found["base"]["contexts"] == {}
    tags = found["base"]["tags"]
    assert isinstance(tags, list)
    assert tags[:2] == ["base:latest", "base:2.7"]


def test_a_name_with_a_dot_is_a_target_without_one() -> None:
    found = targets(Source("a.b", "a.b/Dockerfile", "FROM scratch"))
    assert list(found) == ["a_b"]
    clash = [Source(name, f"{name}/Dockerfile", "FROM scratch") for name in ("a.b", "a_b")]
    with pytest.raises(DockwrightError, match=r"image a_b: another image is target"):
        bake(order(clash), {source.name: source for source in clash})


def test_what_bake_would_fill_in_is_written_so_that_it_does_not() -> None:
    found = targets(Source("a", "a/Dockerfile", "FROM scratch\nARG V"), V="${HOME} %{x} $Y")
    assert found["a"]["args"] == {"V": "$${HOME} %%{x} $Y"}


def test_a_stage_that_is_called_as_its_image_stays_a_stage() -> None:
    text = "FROM \\\n  ruby AS Ruby\nCOPY b /extra\nFROM scratch\nCOPY --from=ruby / /\n"
    found = targets(
        Source("ruby", "ruby/Dockerfile", "FROM scratch"), Source("app", "app/Dockerfile", text)
    )
    assert found["app"]["contexts"] == {"tree.invalid/ruby": "target:ruby"}
    assert found["app"]["dockerfile-inline"] == (
        "FROM tree.invalid/ruby AS Ruby\n\nCOPY b /extra\nFROM scratch\nCOPY --from=ruby / /\n"
    )
    assert "dockerfile" not in found["app"]


def test_one_with_an_ignore_file_of_its_own_is_an_error() -> None:
    own = ContextEntry("x.Dockerfile.dockerignore", "file", b"a")
    app = Source("x", "x/x.Dockerfile", "FROM ruby AS ruby", (own,), dockerfile="x.Dockerfile")
    with pytest.raises(DockwrightError, match=r"x/x.Dockerfile: stage ruby: .*rename the stage"):
        targets(Source("ruby", "ruby/Dockerfile", "FROM scratch"), app)
