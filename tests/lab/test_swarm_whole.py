"""The example's rails, zenweb and projectwiki on a swarm of three and two, from bare boxes."""

import re
import shutil
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.lab.labs.figures import figure
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import ROOT, SiteLab, inventory_with
from tests.lab.labs.watch import watching

pytestmark = pytest.mark.long
BOXES = ("registry", "docker", "m2", "m3", "w1", "w2")
LAB = OwnLab("whole", "192.168.109.0/24", BOXES)
LEAVES = {"rails": 12001, "zenweb": 11001, "projectwiki": 10001}
GROUPS = """
swarm_managers = [box for box in _boxes if box[0] in ("docker", "m2", "m3")]
swarm_workers = [box for box in _boxes if box[0] in ("w1", "w2")]
for _name, _data in _boxes:
    _data["dockwright_leaves"] = ["rails", "zenweb", "projectwiki"] if _name == "docker" else []
"""


class WholeSite(SiteLab):
    """Six boxes, and an inventory that says which leaves are services."""

    def __init__(self, state: Path) -> None:
        super().__init__(state, LAB.name)
        self.folder = state / "site"
        self.folder.mkdir()
        self.inventory = ""
        # but for those that need wheels and git's sources: no leaf here is of them
        others = shutil.ignore_patterns("chef-client", "stash", "pyinfra-example")
        shutil.copytree(ROOT / "images", self.folder / "images", ignore=others)

    def declare(self, *on_swarm: str) -> None:
        data = {
            "dockwright_images": str(self.folder / "images"),
            "dockwright_runs_on": dict.fromkeys(on_swarm, "swarm"),
            "dockwright_scale": {"zenweb": {"web": 3}},
            "dockwright_pulls_at_once": 2,
        }
        self.inventory = inventory_with(self.folder, repr(data), GROUPS)

    def deployed(self) -> str:
        """What a plan says once all is as declared."""
        done = self.run("dockwright", "apply", self.inventory, "deploy/site.py", "--yes",
                        timeout=2400)  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        planned = self.run("dockwright", "plan", self.inventory, "deploy/site.py")
        assert planned.returncode == 0, planned.stdout + planned.stderr
        return planned.stdout + planned.stderr

    def node_of(self, service: str) -> str:
        line = f"sudo docker service ps -f desired-state=running --format '{{{{.Node}}}}' {service}"
        return self.ssh(LAB.address("docker"), line).split()[0]

    def notes(self, box: str, add: str = "") -> str:
        """The first page of rails on a box, after one more note."""
        url, jar = f"http://{LAB.address(box)}:{LEAVES['rails']}", str(self.folder / "jar")
        if add:
            code, text = self.page(f"{url}/notes/new", "-b", jar, "-c", jar)
            assert code == 200
            [token] = re.findall(r'name="authenticity_token" value="([^"]+)"', text)
            fields = {"note[title]": add, "note[text]": "x", "authenticity_token": unescape(token)}
            words = [w for pair in fields.items() for w in ("--data-urlencode", "=".join(pair))]
            assert self.page(f"{url}/notes", "-b", jar, "-c", jar, *words)[0] == 302
        return self.page(f"{url}/")[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    state = tmp_path_factory.mktemp("whole")
    with LAB.up(state):
        yield WholeSite(state)


@pytest.mark.timeout(3600)
def test_from_bare_boxes_and_as_declared_the_second_time(site: WholeSite) -> None:
    site.declare(*LEAVES)
    began = time.monotonic()
    with watching(["SWMTKN-"]) as found:
        said = site.deployed()
    figure(f"example on a swarm of 3 + 2, from bare boxes: {time.monotonic() - began:.0f} s")
    assert found == []
    assert "bounds boot jobs alone" in said
    names = "sudo docker service ls --format '{{.Name}} {{.Replicas}}'"
    assert sorted(site.ssh(LAB.address("docker"), names).splitlines()) == [
        "projectwiki_web 1/1", "rails_copies 1/1", "rails_web 1/1", "zenweb_web 3/3",
    ]  # fmt: skip
    for leaf, port in LEAVES.items():
        node = site.node_of(f"{leaf}_web")
        assert site.page(f"http://{LAB.address(node)}:{port}/")[0] in (200, 401), leaf


@pytest.mark.timeout(1800)
def test_rails_moves_to_boot_jobs_and_back_with_its_records(site: WholeSite) -> None:
    node = site.node_of("rails_web")
    assert node == site.node_of("rails_copies")
    assert "on swarm" in site.notes(node, "on swarm")
    site.declare("zenweb", "projectwiki")
    site.deployed()
    assert "on swarm" in site.notes("docker")
    assert "on boot" in site.notes("docker", "on boot")
    site.declare(*LEAVES)
    site.deployed()
    text = site.notes(site.node_of("rails_web"))
    assert "on swarm" in text
    assert "on boot" in text
