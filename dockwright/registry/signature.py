"""Signatures of images, in the form that cosign keeps beside an image in its registry.

An image's signatures are the layers of a manifest of their own, under a tag that says the image's
digest. Each layer is a small document that names the digest; the signature of it is an annotation.
Values in, values out: `dockwright.facts.signatures` asks for them, `dockwright.operations.image`
puts them there.

Rule: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from dockwright.errors import DockwrightError

PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json"
_SIGNATURE = "dev.cosignproject.cosign/signature"
# of the image's SBOM, where one is kept beside it: signed with the rest, and again as an
# annotation, so that a document that we wrote need not be fetched to be known
_SBOM = "dockwright.sbom"
_TYPE = "cosign container image signature"
# more than anybody signs; a registry that was broken into may say what it likes
_MOST = 32  # layers
_NOT_P256 = "no key of ECDSA on P-256"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Signed:
    """A layer of an image's signatures: the digest of its document, and the signature of that."""

    digest: str  # sha256:…, of the document
    signature: str  # in base64
    entry: Mapping[str, Any]  # the layer as the manifest has it
    sbom: str | None = None  # sha256:…, of the image's SBOM; held by the signature where signed


def new_key() -> str:
    """A new private key, as PEM: ECDSA on P-256, as cosign makes them.

    Example:
        >>> new_key().splitlines()[0]
        '-----BEGIN PRIVATE KEY-----'
    """
    made = ec.generate_private_key(ec.SECP256R1())
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_key(pem: str, where: str) -> str:
    """The public half of a key, as PEM; ``pem`` is either half.

    Args:
        pem: the key.
        where: where it came from, for the error.

    Raises:
        DockwrightError: no key, one with a passphrase, or one of another kind than P-256.

    Example:
        >>> public_key(new_key(), "key").splitlines()[0]
        '-----BEGIN PUBLIC KEY-----'
    """
    key = _public(pem, where)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def document(reference: str, digest: str, sbom: str | None = None) -> bytes:
    """What is signed: that ``digest`` is the image ``reference``, and which SBOM tells of it.

    Example:
        >>> document("r.test/web", "sha256:1")[:60]
        b'{"critical":{"identity":{"docker-reference":"r.test/web"},"i'
    """
    critical = {
        "identity": {"docker-reference": reference},
        "image": {"docker-manifest-digest": digest},
        "type": _TYPE,
    }
    optional = None if sbom is None else {_SBOM: sbom}
    return json.dumps({"critical": critical, "optional": optional}, separators=(",", ":")).encode()


def signed(key: str, text: bytes, where: str = "signing key", sbom: str | None = None) -> Signed:
    """``text``, which names ``sbom``, with its signature by the private ``key``.

    Raises:
        DockwrightError: it is no private key of the right kind.

    Example:
        >>> signed(new_key(), b"{}").digest[:10]
        'sha256:441'
    """
    private = _private(key, where)
    made = base64.b64encode(private.sign(text, ec.ECDSA(hashes.SHA256()))).decode()
    digest = f"sha256:{sha256(text).hexdigest()}"
    entry = {
        "mediaType": PAYLOAD,
        "size": len(text),
        "digest": digest,
        "annotations": {_SIGNATURE: made, **({} if sbom is None else {_SBOM: sbom})},
    }
    return Signed(digest, made, entry, sbom)


def is_signed_by(keys: Sequence[str], one: Signed, text: bytes, name: str, digest: str) -> bool:
    """Whether ``text`` is the document of ``one``, about ``name@digest``, and of one of ``keys``.

    Which registry it names does not matter: one that moves takes its signatures with it. The name
    does: else what the site has signed as another image could be put in this one's place.

    Args:
        keys: public keys, as PEM.
        one: the signature.
        text: the document that belongs to it, as the registry gave it.
        name: the image's, below the registry's path.
        digest: the image's.

    Example:
        >>> key, text = new_key(), document("r.test/web", "sha256:1")
        >>> is_signed_by([public_key(key, "")], signed(key, text), text, "web", "sha256:1")
        True
        >>> is_signed_by([public_key(new_key(), "")], signed(key, text), text, "web", "sha256:1")
        False
        >>> is_signed_by([public_key(key, "")], signed(key, text), text, "db", "sha256:1")
        False
    """
    if one.digest != f"sha256:{sha256(text).hexdigest()}":
        return False
    reference, its = _about(text)
    if its != digest or not f"/{reference}".endswith(f"/{name}"):
        return False
    try:
        signature = base64.b64decode(one.signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    for key in keys:
        try:
            _public(key, "key").verify(signature, text, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            continue
        return True
    return False


def signatures(text: bytes) -> list[Signed]:
    """The signatures that a manifest has; what is of another shape is none.

    Example:
        >>> from dockwright.registry.beside import manifest
        >>> signatures(manifest([signed(new_key(), b"{}").entry])[0])[0].digest[:10]
        'sha256:441'
        >>> signatures(b"no JSON")
        []
    """
    try:
        layers = json.loads(text)["layers"][:_MOST]
        return [
            Signed(
                layer["digest"],
                layer["annotations"][_SIGNATURE],
                layer,
                _digest(layer["annotations"].get(_SBOM)),
            )
            for layer in layers
            if isinstance(layer, dict)
            and isinstance(layer.get("digest"), str)
            and isinstance(layer.get("annotations"), dict)
            and isinstance(layer["annotations"].get(_SIGNATURE), str)
        ]
    except (ValueError, LookupError, TypeError):
        return []


def names_sbom(one: Signed, text: bytes) -> bool:
    """Whether ``text``, which was found signed, names the SBOM that ``one`` is annotated with.

    Example:
        >>> sbom = "sha256:" + "0" * 64
        >>> text = document("r.test/web", "sha256:1", sbom)
        >>> names_sbom(signed(new_key(), text, sbom=sbom), text)
        True
    """
    try:
        return one.sbom is not None and bool(json.loads(text)["optional"][_SBOM] == one.sbom)
    except (ValueError, LookupError, TypeError):
        return False


def _digest(text: object) -> str | None:
    return text if isinstance(text, str) and _DIGEST.fullmatch(text) else None


def _about(text: bytes) -> tuple[str, str | None]:
    """The image that a document names, and its digest."""
    try:
        critical = json.loads(text)["critical"]
        if critical["type"] != _TYPE:
            return "", None
        reference = str(critical["identity"]["docker-reference"])
        return reference, str(critical["image"]["docker-manifest-digest"])
    except (ValueError, LookupError, TypeError):
        return "", None


def _public(pem: str, where: str) -> ec.EllipticCurvePublicKey:
    if "PUBLIC KEY" not in pem:
        return _private(pem, where).public_key()
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, TypeError) as error:
        raise _no_key(where, "no public key in PEM form") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _no_key(where, _NOT_P256)
    return key


def _private(pem: str, where: str) -> ec.EllipticCurvePrivateKey:
    if "ENCRYPTED" in pem:
        raise _no_key(where, "has a passphrase, which nobody could type at each run")
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise _no_key(where, "no private key in PEM form") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _no_key(where, _NOT_P256)
    return key


def _no_key(where: str, why: str) -> DockwrightError:
    return DockwrightError(
        f"{where}: {why}; make one: openssl ecparam -name prime256v1 -genkey -noout | "
        "openssl pkcs8 -topk8 -nocrypt"
    )
