"""What a registry keeps, as values; a manifest may say anything."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dockwright.registry.kept.listing import Listing, Manifest
from tests.unit.registry.kept.pushed import Pushed, digest_of

JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_manifest_needs_its_settings_and_its_layers(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    digest = made.push("team/web", "latest", [1, 2])
    kept = made.kept()
    manifest = kept.manifests[digest]
    assert manifest.wrong is None
    assert manifest.config in manifest.blobs
    assert len(manifest.blobs) == 3
    assert manifest.mentions == manifest.blobs.keys() == kept.blobs.keys() - {digest}
    assert kept.files([digest]).keys() == kept.blobs.keys()
    assert sum(kept.files([digest]).values()) == kept.size


def test_layers_that_a_registry_need_not_have_are_none_of_its() -> None:
    layer = {"digest": "sha256:l", "size": 1, "mediaType": "application/x.foreign.diff.tar.gzip"}
    text = json.dumps({"config": {"digest": "sha256:c", "size": 1}, "layers": [layer]}).encode()
    assert Manifest(digest_of(text), text).blobs == {"sha256:c": 1}


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_manifest_that_says_anything_is_no_traceback(text: bytes) -> None:
    made = Manifest(digest_of(text), text)
    assert made.blobs == {} and made.children == () and made.config is None
    assert made.wrong is not None
    assert Listing(manifests={made.digest: made}).files([made.digest]) == {made.digest: 0}


def test_a_manifest_of_another_content_is_told_by_its_digest() -> None:
    assert Manifest("sha256:0", b"{}").wrong == f"is {digest_of(b'{}')[:19]}… by its content"
