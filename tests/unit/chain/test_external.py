"""Images of others: every spelling of one image is one identity, in a chain too."""

import pytest
from hypothesis import assume, given

from dockwright.chain.external import canonical, familiar, mirrored
from dockwright.chain.graph import Source, order
from dockwright.chain.reference import is_domain, parse
from dockwright.errors import DockwrightError
from tests.unit.chain.names import NAME, TAG, registries

OURS = "192.168.50.20:5000"
DIGEST = "sha256:" + "a" * 64
OFFICIAL = ["postgres:16", "library/postgres:16", "docker.io/postgres:16",
    "docker.io/library/postgres:16", "index.docker.io/library/postgres:16"]  # fmt: skip


def chain(**texts: str) -> list[Source]:
    return [Source(name, f"images/{name}/Dockerfile", text) for name, text in texts.items()]


@pytest.mark.parametrize("text", OFFICIAL)
def test_every_spelling_of_an_image_of_the_hub_is_one(text: str) -> None:
    assert canonical(text) == canonical("postgres:16")
    assert (familiar(text), mirrored(text)) == ("postgres:16", "postgres:16")


@given(NAME, TAG)
def test_spellings_of_the_hub_are_one_and_what_an_engine_lists_is_one_of_them(
    name: str, tag: str
) -> None:
    assume(not is_domain(name.partition("/")[0]) or "/" not in name)
    whole = name if "/" in name else f"library/{name}"
    found = {canonical(f"{host}{name}:{tag}") for host in ("", "docker.io/", "index.docker.io/")}
    assert found == {canonical(f"{whole}:{tag}")} == {canonical(familiar(f"{whole}:{tag}"))}


@given(registries(), NAME, TAG)
def test_a_mirrors_name_is_one_that_a_registry_can_have(host: str, name: str, tag: str) -> None:
    made = parse(f"{OURS}/{mirrored(f'{host}/{name}:{tag}')}")
    assert (made.domain, made.tag) == (OURS, tag)
    assert made.path.endswith(name)


@given(registries(), registries(), NAME, TAG)
def test_two_images_of_other_hosts_are_two(one: str, other: str, name: str, tag: str) -> None:
    both = [canonical(f"{host}/{name}:{tag}") for host in (one, other)]
    assert (both[0] == both[1]) == (one == other)


def test_a_tag_is_meant_where_none_is_written_and_none_beside_a_digest() -> None:
    assert familiar("ghcr.io/org/app") == "ghcr.io/org/app:latest"
    assert familiar(f"postgres:16@{DIGEST}") == f"postgres@{DIGEST}"
    with pytest.raises(DockwrightError, match="pinned by a digest"):
        mirrored(f"postgres@{DIGEST}")


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
