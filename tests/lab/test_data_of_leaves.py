"""Leaves with data, on boxes that come and go: none begins empty without a word, none is forgotten.

The first day has two boxes, `app1` and `hub`, with no word of who runs what; `app2` comes later.
"""

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.docs_blocks import ROOT, blocks
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server
from tests.lab.labs.plans import reminders

LAB = OwnLab("dataof", "192.168.91.0/24", ("app1", "app2", "hub"), packages=WITH_ENGINE)
DATA: dict[str, Any] = {"dockwright_base_source": "bootstrap", "dockwright_wait_seconds": 20}
# writes a page once, and shows what it wrote
WIKI = (
    "FROM tools",
    'HEALTHCHECK --interval=1s --timeout=2s CMD ["wget", "-qO-", "http://127.0.0.1:8000/"]',
    'CMD ["sh", "-c", "[ -f /data/index.html ] || cat /proc/sys/kernel/random/uuid '
    '>/data/index.html; exec /bin/busybox httpd -f -p 8000 -h /data"]',
)
PROCFILES = {
    "wiki": "web: docker run --stop-timeout 1 -p 8000:8000 -v wikidata:/data wiki",
    "front": "web: docker run --stop-timeout 1 -p 8100:8100 front",
}


class Site(OwnSite):
    def declare(self, boxes: str, **leaves: list[str] | None) -> None:
        """The inventory with some of the boxes, each with its ``leaves``."""
        names = boxes.split()
        kept = f"\ndocker_hosts = [box for box in docker_hosts if box[0] in {names!r}]\n"
        self.write({box: leaves.get(box) for box in names}, kept)

    def keys(self, **changed: Any) -> None:
        self.data(**{**DATA, **changed})

    def refused(self, *words: str) -> str:
        """What plan and apply say alike, which both change nothing; it has all of ``words``."""
        before = self.started()
        for command in (["plan"], ["apply", "--yes"]):
            done = self.dockwright(*command, "inventory.py", "site.py")
            assert done.returncode == 1
            for word in words:
                assert word in done.stderr, word
        assert self.started() == before
        return done.stderr

    def page(self, box: str) -> str:
        return self.ssh(self.boxes[box], f"busybox wget -qO- http://{self.boxes[box]}:8000/")

    def containers(self, box: str) -> set[str]:
        names = self.ssh(self.boxes[box], "sudo docker ps -a --format '{{.Names}}'").split()
        return set(names) - {"registry.web.1"}


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    state = tmp_path_factory.mktemp("dataof")
    with LAB.up(state):
        made = Site(LAB, state, ("hub",), hubs_run_leaves=True)
        made.furnish("app1")
        made.keys()
        made.leaf("wiki", PROCFILES["wiki"], *WIKI)
        made.leaf("front", PROCFILES["front"], *COPY, server(8100))
        made.declare("app1 hub")
        with made.one_connection_a_box():
            yield made


@pytest.mark.long
def test_on_the_first_day_a_leaf_with_data_begins_on_every_box_that_is_to_run_it(
    stood: Site,
) -> None:
    stood.as_planned()
    assert stood.containers("app1") == stood.containers("hub") == {"wiki.web.1", "front.web.1"}
    assert stood.page("app1") != stood.page("hub")


@pytest.mark.long
def test_a_further_box_gets_no_empty_one_without_a_word(stood: Site) -> None:
    stood.declare("app1 app2 hub")
    stood.refused(
        "box app2: wiki would begin with nothing: its data is on box app1 (volume wikidata); "
        "box hub (volume wikidata); ",
        "dockwright_leaves",
        'dockwright_fresh = ["wiki"]',
    )
    # nor where the others have no part in the run
    done = stood.apply("--limit", "app2")
    assert done.returncode == 1
    assert "its data is on box app1 (volume wikidata)" in done.stderr
    assert stood.apply("--only", "wiki").returncode == 1
    assert stood.containers("app2") == set()


@pytest.mark.long
def test_leaves_without_data_go_on_there(stood: Site) -> None:
    before = stood.started("app1")
    stood.declare("app1 app2 hub", app2=["front"], hub=["front"])
    plan, _ = stood.as_planned()
    assert "front: boot job" in stood.names(plan)["app2"]
    assert stood.containers("app2") == {"front.web.1"}
    assert stood.containers("hub") == {"front.web.1"}
    assert stood.started("app1") == before


@pytest.mark.long
def test_a_leaf_moves_once_its_data_was_brought(stood: Site) -> None:
    before, page = stood.started("hub"), stood.page("app1")
    stood.declare("app1 app2 hub", app1=["front"], app2=["front", "wiki"], hub=["front"])
    stood.refused("box app2: wiki would begin with nothing: its data is on box app1 (volume")
    for line in _commands():
        _by_hand(stood, line)
    plan, _ = stood.as_planned()
    lines = [
        str(line)
        for box in plan["boxes"]
        for one in box["operations"]
        for line in one["changes"]
        if box["box"] == "app1"
    ]
    assert any("wiki.web.1" in line and "volume wikidata stays" in line for line in lines), lines
    assert any("box app2: wiki begins with the volume wikidata" in one for one in plan["reminders"])
    assert stood.page("app2") == page
    assert stood.containers("app1") == {"front.web.1"}
    # the old one's data is still there
    assert "wikidata" in stood.ssh(stood.boxes["app1"], "sudo docker volume ls -q")
    assert stood.started("hub") == before


@pytest.mark.long
def test_a_box_that_is_taken_out_is_named_until_it_is_said_to_be_gone(stood: Site) -> None:
    before = stood.started()
    stood.declare("app1 hub", app1=["front"], hub=["front"])
    plan, done = stood.as_planned()
    [line] = [one for one in plan["reminders"] if "app2" in one]
    assert line.startswith(f"box app2 ({stood.boxes['app2']}) was of this site until 20")
    assert "front, wiki may run there still" in line
    assert 'dockwright_gone = ["app2"]' in line
    assert "box app2" in done.stdout
    # a run without it does not forget it
    assert reminders(stood.plan()) == [line]
    # what it had is not begun anew elsewhere: nobody can ask it
    stood.ssh(stood.boxes["app1"], "sudo docker volume rm wikidata")
    stood.ssh(stood.boxes["hub"], "sudo docker volume rm wikidata")
    stood.declare("app1 hub", app1=["front", "wiki"], hub=["front"])
    stood.refused(
        "box app1: wiki would begin with nothing: its data is on box app2, which is not in the "
        "inventory any more (volume wikidata)"
    )
    stood.declare("app1 hub", app1=["front"], hub=["front"])
    stood.keys(dockwright_gone=["app2"])
    plan, _ = stood.as_planned()
    assert reminders(plan) == []
    stood.keys()
    assert reminders(stood.plan()) == []
    assert stood.started() == before


@pytest.mark.long
def test_a_box_of_the_inventory_is_not_gone(stood: Site) -> None:
    stood.keys(dockwright_gone=["hub"])
    done = stood.dockwright("plan", "inventory.py", "site.py")
    assert done.returncode == 1 and "dockwright_gone: hub: is in the inventory" in done.stderr
    stood.keys()


@pytest.mark.long
def test_two_versions_of_a_leaf_run_side_by_side(stood: Site) -> None:
    shown = "sudo docker image inspect front:latest --format '{{index .RepoDigests 0}}'"
    old = stood.ssh(stood.boxes["app1"], shown).partition("@")[2]
    stood.leaf("front", PROCFILES["front"], *COPY, server(8100), page="newer")
    stood.declare("app1 app2 hub", app1=["front", "front-old"], app2=["wiki"], hub=["front"])
    stood.keys(dockwright_runs={"front-old": {"leaf": "front", "version": old}})
    stood.refused("front.web.1 and front-old.web.1 both publish a port")
    run = {"leaf": "front", "version": old, "ports": {8100: 8101}}
    stood.keys(dockwright_runs={"front-old": run}, dockwright_env={"front-old": {"AS": "ever"}})
    before = stood.started()
    plan, _ = stood.as_planned()
    assert {"front-old: image", "front-old: boot job"} <= {*stood.names(plan)["app1"]}
    assert not any("front-old" in name for name in stood.names(plan)["hub"])
    at = stood.boxes["app1"]
    pages = [stood.ssh(at, f"busybox wget -qO- http://{at}:{port}/") for port in (8100, 8101)]
    assert pages == ["newer", "front"]
    assert "AS=ever" in stood.ssh(at, "sudo docker inspect -f '{{.Config.Env}}' front-old.web.1")
    after = stood.started()
    assert after["wiki.web.1"] == before["wiki.web.1"]
    # a newer one of the leaf is none of its other version
    stood.leaf("front", PROCFILES["front"], *COPY, server(8100), page="newest")
    plan, _ = stood.as_planned()
    assert not any("front-old" in name for name in stood.names(plan)["app1"])
    assert stood.started()["front-old.web.1"] == after["front-old.web.1"]
    assert "front-old" in stood.dockwright("logs", "front-old").stdout


@pytest.mark.long
def test_a_version_that_goes_takes_no_other_leaf_with_it(stood: Site) -> None:
    before = stood.started()
    stood.keys()
    stood.declare("app1 app2 hub", app1=["front"], app2=["wiki"], hub=["front"])
    plan, _ = stood.as_planned()
    # its image stays: the leaf itself may go back to that
    assert stood.names(plan)["app1"] == ["no leaves but those declared"]
    after = stood.started()
    assert after == {name: when for name, when in before.items() if name != "front-old.web.1"}


@pytest.mark.long
def test_two_versions_do_not_write_the_same_volume(stood: Site) -> None:
    stood.keys(dockwright_runs={"wiki-old": {"leaf": "wiki", "ports": {8000: 8001}}})
    stood.declare("app1 app2 hub", app1=["front"], app2=["wiki", "wiki-old"], hub=["front"])
    stood.refused(
        "box app2: wiki and wiki-old both write volume wikidata; give wiki-old data of its own: "
        'dockwright_runs = {"wiki-old": {…, "data": {"wikidata": "wikidata-wiki-old"}}}'
    )
    stood.keys()
    stood.declare("app1 app2 hub", app1=["front"], app2=["wiki"], hub=["front"])


@pytest.mark.long
def test_one_with_data_of_its_own_does(stood: Site) -> None:
    run = {"leaf": "wiki", "ports": {8000: 8001}, "data": {"wikidata": "oldwiki"}}
    stood.keys(dockwright_runs={"wiki-old": run})
    stood.declare("app1 app2 hub", app1=["front"], app2=["wiki", "wiki-old"], hub=["front"])
    before = stood.started()
    stood.as_planned()
    assert stood.started()["wiki.web.1"] == before["wiki.web.1"]
    volumes = stood.ssh(stood.boxes["app2"], "sudo docker volume ls -q").split()
    assert {"wikidata", "oldwiki"} <= {*volumes}
    stood.keys()
    stood.declare("app1 app2 hub", app1=["front"], app2=["wiki"], hub=["front"])
    stood.as_planned()


@pytest.mark.long
def test_a_version_by_the_tag_of_its_recipe_and_one_that_there_is_not(stood: Site) -> None:
    names = stood.ssh(
        stood.boxes["app1"], "sudo docker image ls front --format '{{.Tag}}'", check=False
    ).split()
    [tag, *_] = sorted(name for name in names if name.startswith("r-"))
    run = {"leaf": "front", "version": tag, "ports": {8100: 8101}}
    stood.keys(dockwright_runs={"front-old": run})
    stood.declare("app1 app2 hub", app1=["front-old"], app2=["wiki"], hub=["front"])
    stood.as_planned()
    assert stood.containers("app1") == {"front-old.web.1"}
    stood.keys(dockwright_runs={"front-old": {**run, "version": "1.9"}})
    done = stood.apply()
    assert done.returncode == 1
    assert "front:1.9: not in the registry" in done.stdout + done.stderr
    assert stood.containers("app1") == {"front-old.web.1"}
    stood.keys()
    stood.declare("app1 app2 hub", app1=["front"], app2=["wiki"], hub=["front"])
    stood.as_planned()


@pytest.mark.long
def test_what_a_box_that_is_down_has_is_not_known(stood: Site) -> None:
    stood.declare("app1 app2 hub", app1=["front"], app2=["front", "wiki"], hub=["front", "wiki"])
    stood.ssh(stood.boxes["hub"], "sudo docker volume rm -f wikidata")
    stood.ssh(stood.boxes["app1"], "sudo docker volume rm -f wikidata")
    # nobody listens there
    with (stood.folder / "inventory.py").open("a") as file:
        file.write(
            "\nfor name, data in boxes:\n    if name == 'app2':\n        data['ssh_port'] = 9\n"
        )
    done = stood.apply()
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "box hub: wiki would begin with nothing, and box app2, which may have its data" in said
    assert stood.containers("hub") == {"front.web.1"}


@pytest.mark.long
def test_a_word_of_data_has_it_begin_empty(stood: Site) -> None:
    stood.declare("app1 app2 hub", app1=["front", "wiki"], app2=["front", "wiki"], hub=["front"])
    stood.ssh(stood.boxes["app1"], "sudo docker volume rm -f wikidata")
    stood.keys(dockwright_fresh=["wiki"])
    stood.as_planned()
    stood.keys()
    assert stood.page("app1") != stood.page("app2")
    assert stood.plan()["drift"] is False


def _commands() -> list[str]:
    """The commands of the page on moving data, a pipe being one."""
    [block] = [
        one for one in blocks(ROOT / "docs/how-to/moving-data.md") if "docker volume" in one.text
    ]
    return block.text.replace("|\n", "| ").splitlines()


def _by_hand(site: Site, line: str) -> None:
    """A command of the page, with our way to the boxes."""
    for box, address in site.boxes.items():
        *way, place, _ = site._ssh(address, "")
        line = line.replace(f"ssh {box} ", f"{' '.join(way)} {place} ")
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
