"""What an engine with containerd's image store saves of images."""

import io
import json
import tarfile
from hashlib import sha256
from pathlib import Path
from typing import Any


class Archive:
    """Manifests and layers, each by its digest."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def blob(self, content: bytes) -> dict[str, Any]:
        digest = f"sha256:{sha256(content).hexdigest()}"
        self.blobs[digest] = content
        return {"digest": digest, "size": len(content)}

    def image(self, *layers: bytes) -> dict[str, Any]:
        parts = [self.blob(layer) for layer in layers]
        whole = {"schemaVersion": 2, "config": self.blob(b"{}"), "layers": parts}
        return self.blob(json.dumps(whole).encode())

    def index(self, *images: dict[str, Any]) -> dict[str, Any]:
        return self.blob(json.dumps({"schemaVersion": 2, "manifests": list(images)}).encode())

    def write(self, path: Path) -> Path:
        with tarfile.open(path, "w") as tar:
            for digest, content in {"index.json": b"{}", **self.blobs}.items():
                entry = tarfile.TarInfo(f"blobs/sha256/{digest[7:]}" if ":" in digest else digest)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        return path
