"""All that a registry lists: page by page, below its path, and tags that are some."""

from collections.abc import Iterator

import pytest

from dockwright.errors import NotReady
from dockwright.facts import catalogue as room
from dockwright.facts.catalogue import catalogue
from dockwright.registry.login import Login
from tests.unit.facts.loopback import Registry, box, serving

LOGIN = Login("me", "s3cret")


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    with serving(monkeypatch, room) as made:
        yield made


def _has(registry: Registry, *images: str) -> None:
    for image in images:
        name, _, tag = image.rpartition(":")
        registry.manifests.setdefault(name, {})[tag] = b"{}"


def test_each_name_has_its_tags_and_one_without_any_is_left_out(registry: Registry) -> None:
    _has(registry, "web:latest", "web:1", "team/api:2")
    registry.manifests["gone"] = {}
    found = catalogue(box(), registry.place, LOGIN)
    assert found == {"team/api": ("2",), "web": ("latest", "1")}
    assert registry.logins == {LOGIN.basic()}


def test_of_a_registry_with_a_path_what_stands_below_it_is_told_without_it(
    registry: Registry,
) -> None:
    _has(registry, "team/web:1", "team/sub/api:1", "teams/x:1", "web:1")
    assert catalogue(box(), f"{registry.place}/team", None) == {"sub/api": ("1",), "web": ("1",)}
    assert registry.logins == {None}


def test_more_than_a_page_is_asked_for_page_by_page(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_PAGE", 3)
    _has(registry, *(f"i{number}:1" for number in range(7)))
    assert len(catalogue(box(), registry.place, None)) == 7
    pages = [path for path in registry.requests if "_catalog" in path]
    assert pages == ["GET /v2/_catalog?n=3", "GET /v2/_catalog?n=3&last=i2",
                     "GET /v2/_catalog?n=3&last=i5"]  # fmt: skip
    monkeypatch.setattr(room, "_MOST", 3)
    assert len(catalogue(box(), registry.place, None)) == 3


def test_a_tag_that_no_engine_takes_is_not_told(registry: Registry) -> None:
    _has(registry, "web:1", "web:-x", "web:a b")
    assert catalogue(box(), registry.place, None) == {"web": ("1",)}


@pytest.mark.parametrize("status", [401, 404, 500])
def test_one_that_does_not_list_is_told_and_no_empty_one(registry: Registry, status: int) -> None:
    registry.instead = lambda path: status if "_catalog" in path else None
    if status == 404:
        assert catalogue(box(), registry.place, None) == {}
        return
    with pytest.raises(NotReady, match=rf"^registry .*: does not list what it has \(.*{status}\)"):
        catalogue(box(), registry.place, None)


def test_what_is_no_list_is_told_too(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    for body in (b"", b"[]", b'{"repositories": 7}', b"{}"):
        monkeypatch.setattr(registry, "get", lambda path, body=body: (200, body))
        with pytest.raises(NotReady, match="does not list what it has"):
            catalogue(box(), registry.place, None)
