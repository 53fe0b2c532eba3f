"""Boxes that are dead, away or left out: the others are done, and each is told of in its row.

``app1`` builds and runs ``front``, ``app2`` runs ``desk`` and ``notes``, which has a volume, and
``hub`` keeps the registry.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.labs.cut_off import cut_off, frozen, standing_still
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

LAB = OwnLab("deadbox", "192.168.87.0/24", ("app1", "app2", "hub"), packages=WITH_ENGINE)
LEAVES = {"app1": ["front"], "app2": ["desk", "notes"], "hub": []}
DATA = {
    "dockwright_base_source": "bootstrap",
    "dockwright_wait_seconds": 20,
    "dockwright_steady_seconds": 1,
    "dockwright_answer_seconds": 8,
}


class Dead(OwnSite):
    def env(self, word: str, **keys: Any) -> None:
        """The leaves' environment, and with it a change on each box."""
        self.data(
            **DATA, dockwright_env={leaf: {"SAY": word} for leaf in ("front", "desk")}, **keys
        )

    def front(self, page: str = "front") -> None:
        """The leaf front, of an image that shows ``page``."""
        line = "web: docker run --stop-timeout 1 -p 8000:8000 front"
        self.leaf("front", line, *COPY, server(8000), page=page)

    def shown(self) -> str:
        return self.page(f"http://{self.boxes['app1']}:8000/")[1].strip()

    def sessions(self, box: str) -> int:
        """How often anybody was let in there; the question itself is one more."""
        line = "sudo journalctl -u ssh --output=cat | grep -c 'Accepted publickey' || :"
        return int(self.ssh(self.boxes[box], line))

    def says(self, box: str, leaf: str) -> str:
        line = f"sudo docker inspect -f '{{{{.Config.Env}}}}' {leaf}.web.1"
        return self.ssh(self.boxes[box], line).partition("SAY=")[2].split()[0].strip("]")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dead]:
    state = tmp_path_factory.mktemp("dead")
    with LAB.up(state):
        made = Dead(LAB, state, ("hub",))
        made.furnish("app1")
        made.write(LEAVES)
        made.front()
        for number, leaf in enumerate(("desk", "notes"), 1):
            port, data = 8000 + number, " -v notes:/data" if leaf == "notes" else ""
            line = f"web: docker run --stop-timeout 1 -p {port}:{port}{data} {leaf}"
            made.leaf(leaf, line, *COPY, server(port))
        made.env("hello")
        done = made.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        yield made


@pytest.fixture
def at(site: Dead) -> Iterator[Dead]:
    """The site as declared, and again behind the test."""
    yield site
    site.write(LEAVES)
    site.env("hello")
    site.front()
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr


def _failed(plan: dict[str, Any]) -> list[str]:
    return [one["box"] for one in plan["failed"]]


@pytest.mark.long
def test_a_box_that_is_skipped_is_not_asked_and_its_row_says_so(at: Dead) -> None:
    at.env("skipped")
    before, asked = at.started("app2"), at.sessions("app2")
    plan, done = at.as_planned("--skip", "app2")
    assert plan["absent"] == [{"box": "app2", "why": "left out by --skip"}]
    assert [box["box"] for box in plan["boxes"]] == ["app1", "hub"]
    assert "without app2" in plan["summary"]
    assert any(line.startswith("app2 ") and "left out by --skip" in line
               for line in done.stdout.splitlines())  # fmt: skip
    assert at.says("app1", "front") == "skipped"
    assert at.sessions("app2") - asked == 1  # this question's
    assert at.started("app2") == before
    hosts = at.ssh(at.boxes["app1"], "cat /etc/hosts")
    assert at.boxes["app2"] in hosts
    # what was left out is done by the next run
    at.as_planned()
    assert at.says("app2", "desk") == "skipped"


@pytest.mark.long
def test_a_box_that_is_dead_is_told_and_the_others_are_done(at: Dead) -> None:
    before = at.started("app2")
    at.env("dead")
    with cut_off(LAB, at.state, "app2"):
        began = time.monotonic()
        plan, done = at.as_planned(status=1)
        assert time.monotonic() - began < 120
        assert _failed(plan) == ["app2"]
        assert at.says("app1", "front") == "dead"
        assert any(line.startswith("app2 ") and "no answer" in line
                   for line in done.stdout.splitlines())  # fmt: skip
        said = at.dockwright("plan", "inventory.py", "site.py", "--skip", "app2")
        assert said.returncode == 0, said.stdout
    assert at.started("app2") == before
    at.as_planned()


@pytest.mark.long
def test_a_box_that_is_away_by_data_is_left_alone_by_every_command(at: Dead) -> None:
    at.env("away", dockwright_away=["app2"])
    at.front("away")
    with cut_off(LAB, at.state, "app2"):
        plan, _ = at.as_planned()
        assert [one["box"] for one in plan["absent"]] == ["app2"]
        assert at.shown() == "away"
        back = at.dockwright("rollback", "front")
        assert (back.returncode, at.shown()) == (0, "front"), back.stderr
        logs = at.dockwright("logs", "front")
        assert (logs.returncode, logs.stderr) == (0, "")
        history = at.dockwright("history", "--box", "app2")
        assert history.returncode == 1
        assert "app2: away, as dockwright_away says" in history.stderr
    at.data(**DATA, dockwright_away=["app3"])
    wrong = at.dockwright("plan", "inventory.py", "site.py")
    assert (wrong.returncode, "app3: not in the inventory; did you mean app" in wrong.stderr) == (
        1, True)  # fmt: skip


@pytest.mark.long
def test_rollback_goes_on_without_a_box_that_is_dead(at: Dead) -> None:
    at.front("forward")
    assert at.apply().returncode == 0
    with cut_off(LAB, at.state, "app2"):
        back = at.dockwright("rollback", "front")
        assert (back.returncode, at.shown()) == (1, "front"), back.stderr
        assert "error: box app2: " in back.stderr
        assert at.apply("--skip", "app2").returncode == 0
        skipped = at.dockwright("rollback", "front", "--skip", "app2")
        assert skipped.returncode == 0, skipped.stderr


@pytest.mark.long
def test_with_the_registry_s_box_dead_a_run_ends_and_says_which(at: Dead) -> None:
    at.env("without a hub")
    with cut_off(LAB, at.state, "hub"):
        done = at.apply()
        assert done.returncode == 1
        assert "box hub" in done.stdout + done.stderr


@pytest.mark.long
def test_with_the_builder_dead_the_leaves_of_others_are_done(at: Dead) -> None:
    at.env("unbuilt")
    with cut_off(LAB, at.state, "app1"):
        plan, _ = at.as_planned(status=1)
        assert _failed(plan) == ["app1"]
        assert at.says("app2", "desk") == "unbuilt"


@pytest.mark.long
def test_a_leaf_that_leaves_a_dead_box_is_told_to_be_there_as_yet(at: Dead) -> None:
    at.write({**LEAVES, "app1": ["front", "desk"], "app2": ["notes"]})
    with cut_off(LAB, at.state, "app2"):
        plan, _ = at.as_planned("--skip", "app2")
        [told] = [one for one in plan["reminders"] if "desk" in one]
        assert "app2 (left out by --skip)" in told
    # it has come back: one run, and the leaf is where it is declared
    at.as_planned()
    assert "desk.web.1" not in at.started("app2")


@pytest.mark.long
def test_an_engine_that_stands_still_is_told_within_its_limit(at: Dead) -> None:
    at.env("engine")
    with standing_still(LAB, at.state, "app2", "dockerd"):
        began = time.monotonic()
        plan = at.plan(statuses=(1,))
        assert _failed(plan) == ["app2"]
        done = at.apply()
        assert time.monotonic() - began < 90
        assert (done.returncode, at.says("app1", "front")) == (1, "engine")
        assert "app2" in done.stderr


@pytest.mark.long
def test_a_box_that_is_frozen_is_told_within_its_limit(at: Dead) -> None:
    at.env("frozen")
    with frozen(LAB, at.state, "app2"):
        began = time.monotonic()
        done = at.apply()
        assert time.monotonic() - began < 90
        assert (done.returncode, at.says("app1", "front")) == (1, "frozen")


@pytest.mark.long
def test_plain_pyinfra_leaves_an_away_box_as_it_is(at: Dead) -> None:
    at.env("pyinfra", dockwright_away=["app2"])
    before = at.started("app2")
    done = at.pyinfra("site.py", inventory="inventory.py")
    assert done["status"] == 0, done["said"]
    assert at.says("app1", "front") == "pyinfra"
    assert not [one for one in done["changed"] if "app2" in one.rpartition(" on ")[2]]
    assert at.started("app2") == before
