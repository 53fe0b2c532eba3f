"""Registries made by pushes: the folder that the distribution's registry writes."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from dockwright.facts.kept import RegistryKept
from dockwright.places import DATA
from dockwright.registry import SHIPPED
from dockwright.registry.beside import tag_of_sbom, tag_of_signatures
from dockwright.registry.kept.listing import Listing

NOW = 1_796_000_000
_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


def digest_of(text: bytes) -> str:
    return f"sha256:{sha256(text).hexdigest()}"


@dataclass
class Pushed:
    """A registry below ``folder``; times are in seconds since 1970."""

    folder: Path
    now: int = NOW
    digests: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.folder / "docker/registry/v2"

    def push(
        self, repository: str, tag: str | None, layers: Sequence[int] = (1,), at: int = NOW
    ) -> str:
        """An image of layers that are known by numbers; its settings are of them alone."""
        settings = json.dumps({"of": list(layers)}).encode()
        texts = [settings, *(f"layer {one}".encode() * 10 for one in layers)]
        parts = [self._blob(repository, text, at) for text in texts]
        whole = {"schemaVersion": 2, "mediaType": _TYPE, "config": parts[0], "layers": parts[1:]}
        return self._manifest(repository, tag, json.dumps(whole).encode(), at)

    def index(self, repository: str, tag: str | None, of: Sequence[str], at: int = NOW) -> str:
        """What names images of several platforms."""
        whole = {"schemaVersion": 2, "manifests": [{"digest": one, "size": 1} for one in of]}
        return self._manifest(repository, tag, json.dumps(whole).encode(), at)

    def sign(self, repository: str, digest: str, at: int = NOW) -> None:
        """Something of its own under the tags of signatures and of the SBOM."""
        for number, tag in enumerate((tag_of_signatures(digest), tag_of_sbom(digest))):
            self.push(repository, tag, [int(digest[7:12], 16) * 2 + number + 100], at)

    def upload(self, repository: str, name: str, size: int, at: int = NOW) -> None:
        folder = self.root / "repositories" / repository / "_uploads" / name
        for file, text in (("data", b"x" * size), ("startedat", b"")):
            self._write(folder / file, text, at)
        os.utime(folder, (at, at))

    def kept(self) -> Listing:
        """As the fact lists it; its clock is the box's."""
        script = RegistryKept().script(links=True).replace(DATA, str(self.folder))
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
        lines = [
            f"now {self.now}" if one[:4] == "now " else one for one in done.stdout.splitlines()
        ]
        return RegistryKept().read(lines)

    def collect(self, order: str) -> list[str]:
        """What registry-collect says of ``order``, at the time of the registry's ``now``."""
        text = (SHIPPED / "registry/registry-collect").read_text()
        for place, here in (
            ("/var/lib/registry", str(self.folder)),
            ("/tmp/collect", f"{self.folder}-collect"),
            ("$(date +%s)", str(self.now)),
        ):
            assert place in text
            text = text.replace(place, here)
        done = subprocess.run(
            ["bash", "-c", text, "bash", "sweep"],
            input=order, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.splitlines()

    def _manifest(self, repository: str, tag: str | None, text: bytes, at: int) -> str:
        digest = str(self._blob(repository, text, at, link=False)["digest"])
        manifests = self.root / "repositories" / repository / "_manifests"
        name = digest[7:]
        places = [manifests / f"revisions/sha256/{name}"]
        if tag is not None:
            tags = manifests / "tags" / tag
            places += [tags / "current", tags / f"index/sha256/{name}"]
        for place in places:
            self._write(place / "link", digest.encode(), at)
            os.utime(place, (at, at))
        if tag is not None:
            for inner in (tags / "index/sha256", tags / "index", tags):
                os.utime(inner, (at, at))
        self.digests.append(digest)
        return digest

    def _blob(
        self, repository: str, text: bytes, at: int, link: bool = True
    ) -> dict[str, str | int]:
        digest = digest_of(text)
        path = self.root / f"blobs/sha256/{digest[7:9]}/{digest[7:]}/data"
        # what is there already is written no second time
        if not path.exists():
            self._write(path, text, at)
        if link:
            place = self.root / "repositories" / repository / f"_layers/sha256/{digest[7:]}"
            self._write(place / "link", digest.encode(), at)
        return {"digest": digest, "size": len(text)}

    def _write(self, path: Path, text: bytes, at: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
        os.utime(path, (at, at))
