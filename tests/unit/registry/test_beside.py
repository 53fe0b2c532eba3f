"""What stands beside an image, as a registry tells of it; it may say anything."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dockwright.registry.beside import digest_of, manifest, sbom_entry, sbom_layer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_an_sbom_is_the_one_layer_of_its_type() -> None:
    text = b'{"bomFormat": "CycloneDX"}'
    whole, settings = manifest([sbom_entry(text)])
    assert sbom_layer(whole) == (digest_of(text), len(text))
    assert json.loads(whole)["config"]["digest"] == digest_of(settings)
    assert sbom_layer(manifest([{**sbom_entry(text), "mediaType": "text/spdx"}])[0]) is None


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_registry_that_says_anything_is_no_traceback(text: bytes) -> None:
    assert sbom_layer(text) is None
    whole = json.loads(manifest([sbom_entry(b"{}")])[0])
    try:
        whole["layers"][0] = json.loads(text)
    except ValueError:
        return
    assert sbom_layer(json.dumps(whole).encode()) is None
