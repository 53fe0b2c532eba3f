"""What a name in a Dockerfile means: an image of the chain, or one of others."""

import re

import pytest

from dockwright.chain.dockerfile import Parent
from dockwright.chain.graph import Source, order
from dockwright.chain.own import prefix
from dockwright.chain.registry_name import registry_name
from dockwright.chain.world import World
from dockwright.errors import DockwrightError

OURS = "192.168.50.20:5000"
OFFICIAL = ["postgres:16", "library/postgres:16", "docker.io/postgres:16",
    "docker.io/library/postgres:16", "index.docker.io/library/postgres:16"]  # fmt: skip


def chain(**texts: str) -> list[Source]:
    return [Source(name, f"images/{name}/Dockerfile", text) for name, text in texts.items()]


@pytest.mark.parametrize("named", OFFICIAL)
@pytest.mark.parametrize("written", OFFICIAL)
def test_what_the_site_names_in_any_spelling_may_be_written_in_any(
    named: str, written: str
) -> None:
    [image] = order(chain(db=f"FROM {written}"), externals=[named])
    assert image.external_parents == (written,)
    assert image.base == written


@pytest.mark.parametrize("externals", [[], ["postgres:16"]])
def test_what_was_put_into_a_registry_of_the_site_is_named_by_it(externals: list[str]) -> None:
    sources = chain(db=f"FROM {OURS}/postgres:16", web=f"FROM {OURS}/db")
    images = order(sources, externals=externals, registries=[OURS])
    assert [(i.name, i.parents, i.external_parents) for i in images] == [
        ("db", (), (f"{OURS}/postgres:16",)),
        ("web", ("db",), ()),
    ]


def test_of_two_registries_of_one_host_the_one_with_the_longer_path_is_meant() -> None:
    sources = chain(app="FROM scratch", web=f"FROM {OURS}/team/app")
    for places in ([OURS, f"{OURS}/team"], [f"{OURS}/team", OURS]):
        assert order(sources, registries=places)[1].parents == ("app",)


def test_a_name_in_it_that_is_nearly_one_of_the_chain_is_a_mistake_unless_the_site_names_it() -> (
    None
):
    sources = chain(postgre="FROM scratch", db=f"FROM {OURS}/postgres:16")
    with pytest.raises(DockwrightError, match=r"did you mean postgre\?"):
        order(sources, registries=[OURS])
    named = order(sources, registries=[OURS], externals=["docker.io/library/postgres:16"])
    assert named[0].external_parents == (f"{OURS}/postgres:16",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FROM postgres:16", "make its folder; or, for an image of others: dockwright_externals, "
         r"--external postgres:16, or FROM docker.io/library/postgres:16$"),
        ("FROM bitnami/redis", "--external bitnami/redis:latest, or FROM docker.io/bitnami/redis"),
        ("FROM wep", r"did you mean web\? For an image of others: .*FROM docker.io/library/wep"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_told_with_the_spellings_that_do(text: str, words: str) -> None:
    with pytest.raises(DockwrightError, match=f"images/db/Dockerfile:1: .*{words}"):
        order(chain(db=text, web="FROM scratch"))
    for written in ("docker.io/library/postgres:16", "docker.io/bitnami/redis:latest"):
        assert order(chain(db=f"FROM {written}"))[0].external_parents == (written,)


@pytest.mark.parametrize(
    ("text", "externals"),
    [("FROM docker.io/library/ruby", ()), ("FROM ruby:latest", ("ruby",)),
     ("FROM docker.io/ruby:2.7", ())],
)  # fmt: skip
def test_an_engine_could_not_tell_it_from_an_image_of_the_chain(
    text: str, externals: tuple[str, ...]
) -> None:
    ruby = Source("ruby", "images/ruby/Dockerfile", "FROM scratch", version="2.7")
    with pytest.raises(DockwrightError, match="an engine calls the chain's own image ruby so too"):
        order([ruby, *chain(web=text)], externals=externals)


def test_another_tag_of_that_name_can_be_told() -> None:
    sources = [*chain(ruby="FROM scratch", web="FROM ruby:3")]
    web = order(sources, externals=["docker.io/library/ruby:3"])[1]
    assert (web.name, web.external_parents) == ("web", ("ruby:3",))


def _own(text: str, *externals: str, prefixes: tuple[str, ...] = ()) -> str | None:
    ruby = Source("ruby", "ruby/Dockerfile", "FROM scratch", version="2.7")
    world = World({"ruby": ruby}, externals, [registry_name(OURS)], [prefix(p) for p in prefixes])
    return world.own(Parent(text, 3), "web/Dockerfile")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ruby", "ruby"),
        ("ruby:2.7", "ruby"),
        (f"{OURS}/ruby:latest", "ruby"),
        (f"ruby@sha256:{'a' * 64}", None),  # a build of some time
        (f"{OURS}/nginx:1", None),
        ("other.test/ruby", None),
        ("other.test/me/ruby:2.7", "ruby"),
        ("other.test/me/ruby:3", None),
        ("other.test/me/java", None),
    ],
)
def test_which_image_of_the_chain_a_name_means(text: str, name: str | None) -> None:
    assert _own(text, prefixes=("other.test/me",)) == name


def test_an_image_that_the_site_calls_external_is_of_others_in_every_spelling() -> None:
    assert _own("docker.io/library/debian", "debian:latest") is None
    with pytest.raises(DockwrightError, match=r"^web/Dockerfile:3: debian: no image folder"):
        _own("debian", "debian:bookworm")


def test_what_is_no_reference_is_told_with_its_line() -> None:
    with pytest.raises(DockwrightError, match=r"^web/Dockerfile:3: image reference 'Ruby!'"):
        _own("Ruby!")


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("ruby", None),
        ("docker.io/library/ruby:3", None),
        ("corp.test/me/java", None),
        ("corp.test/me/ruby:3", "web/Dockerfile:3: .*ruby has no tag 3 here; write it into ruby/V"),
        ("corp.test/me/ruby", "taken for an image of others; .*corp.test/me"),
        ("me/ruby:2.7", "taken for an image of others; .*me"),
    ],
)
def test_an_image_of_others_that_is_called_as_a_folder_is_told(
    text: str, doubt: str | None
) -> None:
    ruby = Source("ruby", "ruby/Dockerfile", "FROM scratch", version="2.7")
    told = World({"ruby": ruby}, [], []).doubt("web", Parent(text, 3), "web/Dockerfile")
    assert len(told) == (doubt is not None)
    assert doubt is None or re.search(doubt, told[0])
    # an image may be built upon its own name of others
    assert World({"ruby": ruby}, [], []).doubt("ruby", Parent(text, 3), "ruby/Dockerfile") == []
