"""Images whose date is absent, empty or none: they are there all the same."""

import base64
import hashlib
import io
import json
import tarfile

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import OddLab
from tests.lab.labs.odd_words import ENGINE, ENGINE_PATHS, TAG, program

pytestmark = pytest.mark.usefixtures("odd_engine")


def _tar(parts: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as out:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            out.addfile(entry, io.BytesIO(content))
    return whole.getvalue()


LAYER = _tar({"hello": b"of theirs"})
DIGEST = f"sha256:{hashlib.sha256(LAYER).hexdigest()}"


def _archive(config: dict[str, object], layers: int = 1) -> str:
    """An image for ``docker load``, whose config is this, as base64."""
    rootfs = {"type": "layers", "diff_ids": [DIGEST] * layers}
    whole = {"architecture": "amd64", "os": "linux", "rootfs": rootfs, **config}
    listed = [{"Config": "config.json", "RepoTags": ["odd:1"], "Layers": ["layer.tar"] * layers}]
    parts = {
        "config.json": json.dumps(whole).encode(),
        "manifest.json": json.dumps(listed).encode(),
        "layer.tar": LAYER,
    }
    return base64.b64encode(_tar(parts)).decode()


SED = 'docker() { /usr/bin/docker "$@"; }; case "$*" in *inspect*) docker "$@" | sed -E %s ;; *) exec /usr/bin/docker "$@" ;; esac'  # noqa: E501
SED_OF = {
    "empty": SED % '\'s/"created":"[^"]*"/"created":""/\'',
    "null": SED % '\'s/"created":"[^"]*"/"created":null/\'',
}
ROWS: dict[str, tuple[dict[str, object], str]] = {
    "without a date": ({}, "true"),
    "with a date of null": ({"created": None}, "true"),
    "with an empty date, as newer engines say": ({}, program("docker", SED_OF["empty"])),
    "without any date, as newer engines may say": ({}, program("docker", SED_OF["null"])),
    "with a date in another zone": ({"created": "1999-12-31T23:59:59.5+14:00"}, "true"),
    "with a label of ours that is no date": (
        {"config": {"Labels": {"dockwright.built": "yesterday"}}},
        "true",
    ),
    "with a label of ours that is beyond all dates": (
        {"config": {"Labels": {"dockwright.built": "99999-99-99T99:99:99Z"}}},
        "true",
    ),
    "without a layer": ({"created": "2020-01-01T00:00:00Z"}, "true"),
}


@pytest.mark.parametrize(
    "row",
    rows(
        ROWS,
        [
            "without a date",
            "with an empty date, as newer engines say",
            "with a label of ours that is no date",
            "without a layer",
        ],
    ),
)
def test_an_image_is_there(odd: OddLab, row: str) -> None:
    config, make = ROWS[row]
    archive = _archive(config, layers=0 if row == "without a layer" else 1)
    load = f"echo {archive} | base64 -d | {ENGINE} load -q; {make}"
    undo = f"{ENGINE} rmi odd:1; {ENGINE} rmi odd:2"
    words = odd.write(TAG.replace("app:one", "odd:1").replace("app:two", "odd:2"))
    with odd.odd("two", "true", "/etc/hosts"), odd.odd("one", load, *ENGINE_PATHS, undo=undo):
        said = odd.apply("pyinfra", words)
        assert "Traceback" not in said.all
        assert said.status == 0
        odd.root("one", f"{ENGINE} image inspect odd:2")
        assert odd.apply("pyinfra", words).changes() == []
        assert odd.say("dockwright", "plan", *words).status == 0
        layers = odd.say("dockwright", "graph", "layers", "-i", words[0], "--box", "one")
        assert "Traceback" not in layers.all
        assert layers.status == 0
