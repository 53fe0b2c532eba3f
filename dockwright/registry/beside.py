"""What a registry keeps beside an image: its signatures and its SBOM, in cosign's form.

Either is a manifest of its own, under a tag that says the image's digest. Values in, values out:
`dockwright.facts.beside` asks a registry for them, and puts them there.

Rule: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
CYCLONEDX = "application/vnd.cyclonedx+json"
_TAG = re.compile(r"sha256-[0-9a-f]{64}\.(sig|att|sbom)")


def tag_of_signatures(digest: str) -> str:
    """The tag under which a registry has the signatures of the image ``digest``.

    Example:
        >>> tag_of_signatures("sha256:" + "0" * 64)[:12]
        'sha256-00000'
    """
    return f"{digest.replace(':', '-', 1)}.sig"


def tag_of_sbom(digest: str) -> str:
    """The tag under which a registry has the SBOM of the image ``digest``.

    Example:
        >>> tag_of_sbom("sha256:" + "0" * 64)[-7:]
        '00.sbom'
    """
    return f"{digest.replace(':', '-', 1)}.sbom"


def is_beside_an_image(tag: str) -> bool:
    """Whether what ``tag`` names is no image, but something that belongs to one.

    Example:
        >>> is_beside_an_image("latest")
        False
    """
    return _TAG.fullmatch(tag) is not None


def manifest(layers: Sequence[Mapping[str, Any]]) -> tuple[bytes, bytes]:
    """The manifest of what stands beside an image, and the settings it names, which say nothing.

    Args:
        layers: entries, such as `Signed` and `sbom_entry` have them.

    Example:
        >>> manifest([])[0][:20]
        b'{"schemaVersion":2,"'
    """
    layer_ids = [str(layer["digest"]) for layer in layers]
    settings = json.dumps(
        {
            "architecture": "",
            "os": "",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": layer_ids},
        },
        separators=(",", ":"),
    ).encode()
    text = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {
                "mediaType": CONFIG,
                "size": len(settings),
                "digest": f"sha256:{sha256(settings).hexdigest()}",
            },
            "layers": list(layers),
        },
        separators=(",", ":"),
    ).encode()
    return text, settings


def sbom_entry(text: bytes) -> dict[str, Any]:
    """The layer of the manifest of an SBOM, which is ``text``, in CycloneDX's JSON.

    Example:
        >>> sbom_entry(b"{}")["size"]
        2
    """
    return {"mediaType": CYCLONEDX, "size": len(text), "digest": digest_of(text)}


def sbom_layer(text: bytes) -> tuple[str, int] | None:
    """The digest and size of the SBOM that a manifest names; None where it names none of ours.

    Example:
        >>> sbom_layer(manifest([sbom_entry(b"{}")])[0])[1]
        2
        >>> sbom_layer(b"[]")
    """
    try:
        layers = json.loads(text)["layers"]
        ours = [one for one in layers if one["mediaType"] == CYCLONEDX]
        return (str(ours[0]["digest"]), int(ours[0]["size"])) if ours else None
    except (ValueError, LookupError, TypeError):
        return None


def digest_of(text: bytes) -> str:
    """The digest of ``text``, as registries write it.

    Example:
        >>> digest_of(b"{}")[:15]
        'sha256:44136fa3'
    """
    return f"sha256:{sha256(text).hexdigest()}"
