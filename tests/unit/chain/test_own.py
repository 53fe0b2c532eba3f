"""A tree's own images under a registry and owner: found from the tree, or named."""

import pytest

from dockwright.chain.arrange import arrange
from dockwright.chain.graph import Image, Source, order
from dockwright.chain.own import prefix
from dockwright.errors import DockwrightError

OURS = "192.168.50.20:5000"


def chain(**texts: str) -> list[Source]:
    return [
        Source(name.replace("_", "-"), f"{name.replace('_', '-')}/Dockerfile", text)
        for name, text in texts.items()
    ]


def waves(*sources: Source, **how: object) -> dict[str, int]:
    return {image.name: image.wave for image in order(sources, **how)}  # type: ignore[arg-type]


def image(images: tuple[Image, ...], name: str) -> Image:
    return next(image for image in images if image.name == name)


@pytest.mark.parametrize(
    "text",
    [
        "ARG R=reg.test/me\nFROM $R/base",
        "ARG REGISTRY=quay.io\nARG OWNER=me\nARG BASE=$REGISTRY/$OWNER/base\nFROM $BASE",
        "FROM reg.test:5000/base:latest",
        f"FROM {OURS}/base",
        "FROM me/base",
        "FROM docker.io/me/base",
        "FROM scratch\nCOPY --from=me/base /x /x",
        "FROM scratch\nRUN --mount=type=bind,from=reg.test/a/b/base,target=/x true",
        "FROM reg.test/me/base:2.7",
    ],
)
def test_one_reference_to_a_folder_of_the_tree_is_its_own(text: str) -> None:
    base = Source("base", "base/Dockerfile", "FROM scratch", version="2.7")
    assert waves(base, *chain(web=text)) == {"base": 0, "web": 1}


def test_the_engine_has_it_under_the_name_that_its_children_write() -> None:
    base, web = order(chain(base="FROM scratch", web="ARG O=me\nFROM $O/base"))
    assert base.references[0] == "me/base:latest"
    assert (web.base, web.names) == ("base", (("me/base", "base"),))


def test_which_prefix_was_taken_is_said_with_the_line_that_shows_it() -> None:
    made = arrange(chain(base="FROM scratch", web="ARG R=reg.test/me\nFROM $R/base"))
    assert [(one.text, one.where) for one in made.own] == [("reg.test/me", "web/Dockerfile:2")]


def test_it_is_the_same_chain_with_and_without_the_registrys_name() -> None:
    sources = chain(base="FROM scratch", web=f"FROM {OURS}/base", app="FROM web")
    assert order(sources) == order(sources, registries=[OURS]) == order(sources, own=[OURS])


def test_what_is_built_upon_its_own_name_is_of_others_and_so_are_all_of_that_owner() -> None:
    sources = chain(redis="FROM acme.test/hub/redis", app="FROM acme.test/hub/redis")
    made = arrange(sources)
    assert [(one.wave, one.external_parents) for one in made.images] == [
        (0, ("acme.test/hub/redis",)),
        (0, ("acme.test/hub/redis",)),
    ]
    assert made.own == ()


def test_one_that_only_an_unused_stage_copies_from_itself_is_no_such_sign() -> None:
    sources = chain(
        base="FROM scratch AS t\nCOPY --from=me/base / /\nFROM scratch", web="FROM me/base"
    )
    assert waves(*sources) == {"base": 0, "web": 1}


def test_a_chance_is_no_sign_where_others_of_the_tree_have_a_prefix() -> None:
    sources = chain(
        base="FROM gcr.test/distroless/static", static="FROM scratch",
        a="FROM reg.test/me/base", b="FROM reg.test/me/a",
    )  # fmt: skip
    made = arrange(sources)
    assert [one.text for one in made.own] == ["reg.test/me"]
    [warning] = image(made.images, "base").warnings
    assert warning == (
        "base/Dockerfile:1: gcr.test/distroless/static: taken for an image of others; "
        "--own gcr.test/distroless (dockwright_own) says that it is the tree's own static"
    )
    named = waves(*sources, own=["gcr.test/distroless"])
    assert named == {"static": 0, "base": 1, "a": 2, "b": 3}


def test_one_that_has_more_of_others_than_of_the_tree_is_of_others() -> None:
    others = chain(x="FROM gcr.test/d/one", y="FROM gcr.test/d/two")
    assert waves(*others, *chain(base="FROM scratch", web="FROM gcr.test/d/base"))["web"] == 0


def test_the_hubs_own_and_what_the_site_says_is_external_are_never_the_trees() -> None:
    sources = chain(base="FROM scratch", web="FROM reg.test/me/base")
    [base, web] = order(sources, externals=["reg.test/me/base:latest"])
    assert (base.wave, web.wave, web.external_parents) == (0, 0, ("reg.test/me/base",))


def test_another_tag_is_of_another_build_and_is_told() -> None:
    [_, web] = order(chain(base="FROM scratch", web="FROM reg.test/me/base:1"), own=["reg.test/me"])
    assert web.external_parents == ("reg.test/me/base:1",)
    assert "base has no tag 1 here; write it into base/VERSION" in web.warnings[0]


@pytest.mark.parametrize("text", ["", "A b", "https://x", "docker.io", "library", "x@y"])
def test_what_is_no_prefix_is_an_error(text: str) -> None:
    with pytest.raises(DockwrightError, match=r"own images .*give what stands in front"):
        prefix(text)


def test_a_folder_of_the_owner_is_his_too() -> None:
    made = waves(
        *chain(a="FROM scratch", b="FROM reg.test/me/a", c="FROM reg.test/me/b",
        d="FROM reg.test/me/deep/c", e="FROM reg.test/you/c")
    )  # fmt: skip
    assert made == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 0}
