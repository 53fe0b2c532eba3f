"""A registry's name, and all that is made of it, by the grammar of references."""

import pytest
from docker.auth import resolve_repository_name
from hypothesis import assume, given

from dockwright.chain.graph import Source, order
from dockwright.chain.reference import parse
from dockwright.chain.registry_name import at, registry_name
from dockwright.errors import DockwrightError
from dockwright.registry import places
from tests.unit.chain.names import NAME, TAG, registries


@given(registries(), NAME, TAG)
def test_a_name_in_it_is_a_reference_that_leads_back_to_it(text: str, name: str, tag: str) -> None:
    made, reference = registry_name(text), parse(f"{text}/{name}:{tag}")
    assert str(made) == text
    assert (reference.domain, reference.path) == (made.domain, made.repository(name))
    assert made.image(reference) == name
    # the docker SDK parts it alike
    assert resolve_repository_name(f"{text}/{name}") == (made.domain, made.repository(name))


@given(registries(), registries(), NAME)
def test_a_name_of_another_registry_is_not_of_this_one(one: str, other: str, name: str) -> None:
    inside = registry_name(one).image(parse(f"{other}/{name}"))
    assert inside is None or f"{one}/{inside}" == f"{other}/{name}"


@given(registries())
def test_trust_in_it_stands_in_the_folder_of_its_host_and_port(text: str) -> None:
    folder, file = places.trusted(text).removeprefix("/etc/docker/certs.d/").split("/")
    assert (folder, file) == (registry_name(text).domain, "ca.crt")


@given(registries(), NAME.filter(lambda name: "/" not in name))
def test_the_chains_own_image_is_found_by_it_under_any_path(text: str, name: str) -> None:
    assume(name != "child")
    sources = [
        Source(name, f"{name}/Dockerfile", "FROM scratch"),
        Source("child", "child/Dockerfile", f"FROM {text}/{name}"),
    ]
    images = {image.name: image for image in order(sources, registries=[text])}
    assert images["child"].parents == (name,)
    assert images[name].qualified == (f"{text}/{name}:latest",)


@pytest.mark.parametrize(
    ("text", "address", "plain"),
    [
        ("harbor.corp.test/team/app", ("harbor.corp.test", 443), ("harbor.corp.test", 80)),
        ("[fd00::1]:5000", ("fd00::1", 5000), ("fd00::1", 5000)),
        ("192.168.50.20:5000/a", ("192.168.50.20", 5000), ("192.168.50.20", 5000)),
        ("localhost", ("localhost", 443), ("localhost", 80)),
    ],
)
def test_where_it_listens(text: str, address: tuple[str, int], plain: tuple[str, int]) -> None:
    made = registry_name(text)
    assert (made.address(), made.address(tls=False)) == (address, plain)


def test_an_ipv6_address_is_bracketed() -> None:
    assert [at(address, 5000) for address in ("fd00::1", "10.0.0.5")] == [
        "[fd00::1]:5000", "10.0.0.5:5000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("harbor", "harbor has neither a dot nor a port, .* write harbor:443"),
        ("harbor/team", "has neither a dot nor a port"),
        ("https://harbor.corp.test", "not of the form .* without https"),
        ("harbor.corp.test/", "not of the form"),
        ("harbor.corp.test/Team", "not of the form"),
        ("harbor.corp.test:0", "not of the form"),
        ("harbor.corp.test:65536", "not of the form"),
        ("-a.b:1", "not of the form"),
        ("../..:5000", "not of the form"),
        ("", "not of the form"),
        ("docker.io/team", "the hub's images"),
    ],
)
def test_what_no_reference_could_name_is_refused_with_the_way_out(text: str, words: str) -> None:
    with pytest.raises(DockwrightError, match=f"registry .*{words}"):
        registry_name(text)
