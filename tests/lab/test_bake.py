"""The bake file, read by Debian's own `docker buildx bake` on a trixie box."""

import json
from collections.abc import Iterator

import pytest

from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

LAB = OwnLab("bake", "192.168.54.0/24", suite="trixie")
BOX = LAB.address("docker")


@pytest.fixture(scope="module")
def trixie(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteLab]:
    state = tmp_path_factory.mktemp("bake")
    with LAB.up(state):
        made = SiteLab(state, LAB.name)
        made.ssh(
            BOX,
            "sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install "
            "-y -qq --no-install-recommends docker-cli docker-buildx",
        )
        yield made


def test_bake_reads_it_and_wires_each_target_to_its_parents(trixie: SiteLab) -> None:
    mirror = "http://a/${HOME}?%{x}"  # what bake would fill in, were it not told not to
    made = trixie.run(
        "dockwright", "images", "export", "--format", "bake", "--arg", f"APT_MIRROR={mirror}"
    ).stdout
    trixie.ssh(BOX, "cat >bake.json", stdin=made)
    said = trixie.ssh(BOX, "docker buildx bake --file bake.json --print 2>/dev/null")
    read = json.loads(said)["target"]
    assert set(read) == set(json.loads(made)["target"])
    assert read["zenweb"]["contexts"] == {"my-ubuntu": "target:my-ubuntu", "ruby": "target:ruby"}
    assert read["ruby"]["contexts"] == {"nginx": "target:nginx"}
    assert read["ruby"]["context"] == "images/ruby"
    assert read["my-ubuntu"]["args"]["APT_MIRROR"] == mirror
    assert read["ruby"]["tags"][0] == "ruby:latest"
    labels = read["ruby"]["labels"]
    assert f"ruby:r-{labels['dockwright.recipe'][:12]}" in read["ruby"]["tags"]
