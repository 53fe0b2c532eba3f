"""When an image was built that a registry has: by its manifest's settings, or nobody knows."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dockwright.chain.recipe import BUILT_LABEL
from dockwright.facts import built as room
from dockwright.facts.built import built, when
from tests.unit.facts.loopback import Registry, box, serving

DIGEST = "sha256:" + "a" * 64


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    with serving(monkeypatch, room) as made:
        yield made


def _has(registry: Registry, settings: object) -> None:
    digest = registry.blob(json.dumps(settings).encode())
    manifest = json.dumps({"config": {"digest": digest}}).encode()
    registry.manifests["team/web"] = {DIGEST: manifest}


def _asked(registry: Registry) -> datetime | None:
    return built(box(), f"{registry.place}/team", "web", DIGEST, None)


def test_its_manifest_names_its_settings_and_they_say_it(registry: Registry) -> None:
    _has(registry, {"created": "2026-11-24T12:00:00.5Z"})
    found = _asked(registry)
    assert found is not None
    assert found.replace(microsecond=0) == datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize("settings", [[], 7, "x", {"created": "yesterday"}, {"config": []}])
def test_of_settings_of_another_shape_nobody_knows(registry: Registry, settings: object) -> None:
    _has(registry, settings)
    assert _asked(registry) is None


def test_nor_of_an_image_that_is_not_there_or_is_a_list_of_images(registry: Registry) -> None:
    assert _asked(registry) is None
    registry.manifests["team/web"] = {DIGEST: json.dumps({"manifests": []}).encode()}
    assert _asked(registry) is None
    registry.server.shutdown()
    registry.server.server_close()
    assert _asked(registry) is None


@pytest.mark.parametrize(
    ("settings", "year"),
    [
        ({"created": "2025-01-01T00:00:00Z"}, 2025),
        # a builder that makes the same bytes each time says a time of long ago
        ({"created": "1970-01-01T00:00:00Z",
          "config": {"Labels": {BUILT_LABEL: "2026-01-01T00:00:00Z"}}}, 2026),
        ({"created": "2025-01-01T00:00:00Z", "config": {"Labels": None}}, 2025),
        ({"created": "2025-01-01T00:00:00Z", "config": None}, 2025),
    ],
)  # fmt: skip
def test_the_chain_s_own_label_goes_before_the_builder_s_word(
    settings: dict[str, Any], year: int
) -> None:
    found = when(settings)
    assert found is not None
    assert found.year == year
