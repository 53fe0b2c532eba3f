"""Images of others: every spelling of one image is one identity, in a chain too."""

import pytest
from hypothesis import assume, given

from dockwright.chain.external import canonical, familiar, mirrored
from dockwright.chain.reference import is_domain, parse
from dockwright.errors import DockwrightError
from tests.unit.chain.names import NAME, TAG, registries

OURS = "192.168.50.20:5000"
DIGEST = "sha256:" + "a" * 64
OFFICIAL = ["postgres:16", "library/postgres:16", "docker.io/postgres:16",
    "docker.io/library/postgres:16", "index.docker.io/library/postgres:16"]  # fmt: skip


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
