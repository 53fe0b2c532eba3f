"""The bake file, read by Debian's own `docker buildx bake` on a trixie box."""

import json
import shutil
import sys
from collections.abc import Iterator
from os import geteuid
from pathlib import Path

import pytest

from dockwright.boxes import lab
from dockwright.boxes.lab_checks import trouble
from dockwright.boxes.lab_settings import make_settings
from tests.lab.site_lab import SUBNET, SiteLab

_FIRST, _SECOND, _THIRD, _ = SUBNET.split(".")
# 192.168.54 by default: the ones before it are those of other tests
NEXT = f"{_FIRST}.{_SECOND}.{int(_THIRD) + 3}"
NAME = f"bake{int(_THIRD) + 3}"
BOX = f"{NEXT}.10"


@pytest.fixture(scope="module")
def trixie(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteLab]:
    unfit = trouble(sys.platform, geteuid(), shutil.which, keyring=True)
    if unfit is not None:
        pytest.skip(unfit)
    state: Path = tmp_path_factory.mktemp("bake")
    made = SiteLab(state, NAME)
    try:
        lab.up(make_settings(NAME, ["docker"], "trixie", f"{NEXT}.0/24", state), echo=print)
        made.ssh(
            BOX,
            "sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install "
            "-y -qq --no-install-recommends docker-cli docker-buildx",
        )
        yield made
    finally:
        lab.down(NAME, state, echo=print)


def test_bake_reads_it_and_wires_each_target_to_its_parents(trixie: SiteLab) -> None:
    mirror = "http://a/${HOME}?%{x}"  # what bake would fill in, were it not told not to
    made = trixie.run(
        "dockwright", "images", "export", "--format", "bake", "--arg", f"APT_MIRROR={mirror}"
    ).stdout
    trixie.ssh(BOX, "cat >bake.json", stdin=made)
    said = trixie.ssh(BOX, "docker buildx bake --file bake.json --print 2>/dev/null")
    read = json.loads(said)["target"]
    assert set(read) == set(json.loads(made)["target"])
    assert read["zenweb"]["contexts"] == {"ruby": "target:ruby"}
    assert read["ruby"]["contexts"] == {"nginx": "target:nginx"}
    assert read["ruby"]["context"] == "images/ruby"
    assert read["my-ubuntu"]["args"] == {"APT_MIRROR": mirror}
    assert read["ruby"]["tags"][0] == "ruby:latest"
    labels = read["ruby"]["labels"]
    assert f"ruby:r-{labels['dockwright.recipe'][:12]}" in read["ruby"]["tags"]
