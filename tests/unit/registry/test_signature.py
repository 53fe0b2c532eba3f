"""Signatures in cosign's form: what cosign made holds, and nothing that was changed does."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.errors import DockwrightError
from dockwright.registry.beside import (
    is_beside_an_image,
    manifest,
    tag_of_sbom,
    tag_of_signatures,
)
from dockwright.registry.signature import (
    document,
    is_signed_by,
    names_sbom,
    new_key,
    public_key,
    signatures,
    signed,
)

# as cosign 2.5.0 of Debian 13 has signed an image in a registry of Debian 12
BY_COSIGN = Path(__file__).parent / "by_cosign"
MANIFEST = (BY_COSIGN / "manifest.json").read_bytes()
DOCUMENT = (BY_COSIGN / "document.json").read_bytes()
KEY = (BY_COSIGN / "cosign.pub").read_text()
DIGEST = "sha256:5405c1e4215577c2bbde30823a7f2b96725eb2ebd0134c01c0aca273dc4c28ff"
OTHER = f"sha256:{'1' * 64}"
OURS = new_key()


def test_a_signature_of_cosign_s_holds() -> None:
    (one,) = signatures(MANIFEST)
    assert is_signed_by([public_key(OURS, ""), KEY], one, DOCUMENT, "web", DIGEST)
    assert not is_signed_by([public_key(OURS, "")], one, DOCUMENT, "web", DIGEST)
    assert not is_signed_by([], one, DOCUMENT, "web", DIGEST)


def test_a_signature_is_of_one_image_alone() -> None:
    (one,) = signatures(MANIFEST)
    assert not is_signed_by([KEY], one, DOCUMENT, "web", OTHER)
    assert not is_signed_by([KEY], one, DOCUMENT, "eb", DIGEST)
    assert not is_signed_by([KEY], one, DOCUMENT, "other", DIGEST)
    # the document of another image, with the signature of this one
    text = document("127.0.0.1:5998/web", OTHER)
    assert not is_signed_by([KEY], one, text, "web", OTHER)


def test_what_we_sign_is_the_document_that_cosign_signs() -> None:
    assert document("127.0.0.1:5998/web", DIGEST) == DOCUMENT
    assert tag_of_signatures(DIGEST) == f"{DIGEST.replace(':', '-')}.sig"
    assert is_beside_an_image(tag_of_signatures(DIGEST))
    assert is_beside_an_image(tag_of_sbom(DIGEST))
    assert not is_beside_an_image("sha256-1.sig")


def test_a_signature_names_the_sbom_that_it_was_made_with_and_no_other() -> None:
    text = document("r.test/web", DIGEST, OTHER)
    made = signed(OURS, text, sbom=OTHER)
    (one,) = signatures(manifest([made.entry])[0])
    assert one == made
    assert is_signed_by([public_key(OURS, "")], one, text, "web", DIGEST)
    assert names_sbom(one, text)
    # an annotation is anybody's: the document alone is signed
    assert not names_sbom(replace(one, sbom=DIGEST), text)
    assert not names_sbom(one, document("r.test/web", DIGEST))
    for odd in (5, "sha256:1", None, ["sha256:" + "1" * 64]):
        entry = json.loads(json.dumps(made.entry))
        entry["annotations"]["dockwright.sbom"] = odd
        assert signatures(manifest([entry])[0])[0].sbom is None


@given(st.integers(0, len(DOCUMENT) - 1), st.integers(1, 255))
def test_a_document_that_was_changed_anywhere_is_not_signed(place: int, by: int) -> None:
    (one,) = signatures(MANIFEST)
    text = bytearray(DOCUMENT)
    text[place] ^= by
    assert not is_signed_by([KEY], one, bytes(text), "web", DIGEST)


@given(st.integers(0, 69), st.integers(1, 255))
def test_a_signature_that_was_changed_anywhere_holds_no_more(place: int, by: int) -> None:
    text = document("r.test/web", OTHER)
    entry = json.loads(json.dumps(signed(OURS, text).entry))
    name = next(iter(entry["annotations"]))
    raw = bytearray(base64.b64decode(entry["annotations"][name]))
    raw[place % len(raw)] ^= by
    entry["annotations"][name] = base64.b64encode(raw).decode()
    (one,) = signatures(manifest([entry])[0])
    assert not is_signed_by([public_key(OURS, "")], one, text, "web", OTHER)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_registry_that_says_anything_is_no_traceback(text: bytes) -> None:
    assert signatures(text) == []
    whole = json.loads(MANIFEST)
    (one,) = signatures(MANIFEST)
    assert not is_signed_by([KEY], one, text, "web", DIGEST)
    try:
        whole["layers"][0] = json.loads(text)
    except ValueError:
        return
    assert signatures(json.dumps(whole).encode()) == []


def test_no_more_than_a_bound_is_looked_at() -> None:
    entry = signed(OURS, DOCUMENT).entry
    assert len(signatures(manifest([entry] * 1000)[0])) == 32


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no private key in PEM form"),
        (
            "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----",
            "has a passphrase, which nobody could type at each run",
        ),
        ("-----BEGIN PUBLIC KEY-----\nx", "no public key in PEM form"),
        (KEY, "no private key in PEM form"),
    ],
)
def test_what_is_no_key_is_told_with_a_way_out(text: str, why: str) -> None:
    with pytest.raises(DockwrightError, match=rf"^site.key: {why}; make one: openssl"):
        signed(text, b"", "site.key") if "PUBLIC" not in text or text == KEY else public_key(
            text, "site.key"
        )
