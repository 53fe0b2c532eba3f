"""`dockwright graph layers` against the box's own docker: to the byte, and to the layer."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.lab.labs.site_lab import DOCKER, REGISTRY, SiteLab

_NODE = re.compile(r'^\t"?([0-9a-f]{64})"? \[label=<(.*)> tooltip="(?:.*) \((\d+) bytes\)"', re.M)
_EDGE = re.compile(r'^\t"?([0-9a-f]{64})"? -> "?([0-9a-f]{64})"?$', re.M)
_SHARED = "#3d62a0"
BOXES = {"docker": DOCKER, "registry": REGISTRY}


@dataclass
class Picture:
    """What a picture in DOT says: sizes, tags and parents by chain ID without ``sha256:``."""

    sizes: dict[str, int] = field(default_factory=dict)
    tags: dict[str, set[str]] = field(default_factory=dict)
    below: dict[str, str] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)


def _read(dot: str) -> Picture:
    found = Picture()
    for node in _NODE.finditer(dot):
        chain_id, label, size = node.groups()
        assert chain_id not in found.sizes, "a layer is there once"
        found.sizes[chain_id] = int(size)
        found.tags[chain_id] = set(re.findall(r"<B>(.*?)</B>", label))
        if _SHARED in dot[node.end() : dot.index("\n", node.end())]:
            found.shared.add(chain_id)
    for tail, head in _EDGE.findall(dot):
        assert head not in found.below, "a layer stands on one other"
        found.below[head] = tail
    return found


@pytest.fixture(scope="module", params=BOXES)
def box(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def picture(site: SiteLab, box: str) -> Picture:
    done = site.run("dockwright", "graph", "layers", "--box", box)
    assert (done.returncode, done.stderr) == (0, "")
    return _read(done.stdout)


def _images(site: SiteLab, box: str) -> list[dict[str, Any]]:
    """ID, tags and layers of each image, as `docker image inspect` on the box has them."""
    lines = site.ssh(
        BOXES[box],
        "docker image ls --quiet --no-trunc | sort -u | xargs docker image inspect --format "
        """'{"id":{{json .Id}},"tags":{{json .RepoTags}},"layers":{{json .RootFS.Layers}}}'""",
    )
    return [json.loads(line) for line in lines.splitlines()]


def _chain(layers: list[str]) -> list[str]:
    found = [layers[0]]
    for layer in layers[1:]:
        found.append("sha256:" + sha256(f"{found[-1]} {layer}".encode()).hexdigest())
    return [layer.removeprefix("sha256:") for layer in found]


def test_layers_are_those_of_docker_inspect_each_once_and_in_its_place(
    site: SiteLab, box: str, picture: Picture
) -> None:
    chains = [_chain(image["layers"]) for image in _images(site, box)]
    assert set(picture.sizes) == {layer for chain in chains for layer in chain}
    below = {upper: lower for chain in chains for lower, upper in pairwise(chain)}
    assert picture.below == below
    uses = Counter(layer for chain in chains for layer in chain)
    assert picture.shared == {layer for layer, count in uses.items() if count > 1}


def test_sizes_and_parents_are_those_of_the_engines_own_store(
    site: SiteLab, box: str, picture: Picture
) -> None:
    """Docker keeps a folder for each layer, called as its chain ID (layer/filestore.go in moby)."""
    lines = site.ssh(
        BOXES[box],
        "sudo sh -c 'cd /var/lib/docker/image/*/layerdb/sha256 && for layer in *; do "
        'echo "$layer $(cat $layer/size) $(cat $layer/parent 2>/dev/null)"; done\'',
    )
    kept = {layer: rest for layer, *rest in (line.split() for line in lines.splitlines())}
    for layer, size in picture.sizes.items():
        parent = picture.below.get(layer)
        assert kept[layer] == [str(size), *([f"sha256:{parent}"] if parent else [])]


def test_each_images_sizes_are_those_of_docker_history(
    site: SiteLab, box: str, picture: Picture
) -> None:
    for image in _images(site, box):
        said = site.ssh(
            BOXES[box],
            f"docker history --human=false --format '{{{{.Size}}}}' {image['id']}",
        )
        history = [int(size) for size in reversed(said.split())]
        drawn = [picture.sizes[layer] for layer in _chain(image["layers"])]
        # entries without a byte may be without a layer; all others are one, in the same order
        assert [size for size in drawn if size] == [size for size in history if size]
        assert sum(drawn) == sum(history)


def _human(size: float) -> str:
    """As docker/go-units writes a size."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.4g}{unit}"
        size /= 1000
    return f"{size:.4g}GB"


def test_totals_are_those_of_docker_system_df(site: SiteLab, box: str, picture: Picture) -> None:
    raw = json.loads(
        site.ssh(
            BOXES[box],
            "sudo curl --silent --unix-socket /var/run/docker.sock http://engine/system/df",
        )
    )
    total = sum(picture.sizes.values())
    assert total == raw["LayersSize"]
    # its unique sizes are left out: from 23 on they are 0 for what is built here (docker/cli#5012)
    said = site.ssh(BOXES[box], "docker system df --format '{{.Type}} {{.TotalCount}} {{.Size}}'")
    images = next(line for line in said.splitlines() if line.startswith("Images "))
    assert images.split()[1:] == [str(len(raw["Images"])), _human(total)]


def test_tags_stand_on_the_layers_they_name(site: SiteLab, box: str, picture: Picture) -> None:
    tops: dict[str, set[str]] = {}
    for image in _images(site, box):
        tops.setdefault(_chain(image["layers"])[-1], set()).update(image["tags"])
    assert tops
    for layer, tags in picture.tags.items():
        untagged = {tag for tag in tags if tag.startswith("untagged ") or "@" in tag}
        assert tags - untagged == tops.get(layer, set())
        assert bool(tags) == (layer in tops)


def test_the_same_engine_gives_the_same_bytes_and_graphviz_draws_every_layer(
    site: SiteLab, box: str, picture: Picture, tmp_path: Path
) -> None:
    made = {}
    for name, seed in (("a.dot", "0"), ("b.dot", "1"), ("a.svg", "0"), ("a.png", "0")):
        done = site.run(
            "dockwright", "graph", "layers", "--box", box, "-o", str(tmp_path / name),
            PYTHONHASHSEED=seed,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        made[name] = (tmp_path / name).read_bytes()
    assert made["a.dot"] == made["b.dot"]
    svg = ElementTree.fromstring(made["a.svg"])  # noqa: S314  our own
    nodes = [
        node.findtext("{*}title")
        for node in svg.iter("{http://www.w3.org/2000/svg}g")
        if node.get("class") == "node"
    ]
    assert sorted(nodes) == sorted(picture.sizes)
    assert made["a.png"].startswith(b"\x89PNG")


def test_a_picture_of_a_box_that_is_not_up_is_one_line(site: SiteLab) -> None:
    done = site.run("dockwright", "graph", "layers", "--box", "doker")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: box doker: not in the inventory; did you mean docker?\n"
    down = site.run("dockwright", "graph", "layers", DOCKWRIGHT_LAB="nosuch")
    assert (down.returncode, down.stdout) == (1, "")
    assert "the lab nosuch is down (nothing of it in " in down.stderr
    assert down.stderr.count("\n") == 1
