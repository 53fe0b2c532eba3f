"""A site whose leaves run on its swarm by one word: pulled, served, exported, and moved back."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dockwright.service.difference import differences
from tests.lab.labs import swarm_site
from tests.lab.labs.swarm_site import SwarmSite

pytestmark = pytest.mark.long

# what a stack adds of its own
_OF_STACK = ("Name", "com.docker.stack", "network ", "mount /data")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SwarmSite]:
    state = tmp_path_factory.mktemp("swlsite")
    with swarm_site.LAB.up(state):
        made = SwarmSite(state)
        made.furnish("hub")
        made.leaves()
        made.declare()
        made.root(f"docker swarm init --advertise-addr {made.address} >/dev/null")
        with made.one_connection_a_box():
            yield made


def _spec(site: SwarmSite, service: str) -> dict[str, Any]:
    line = f"docker service inspect --format '{{{{json .Spec}}}}' {service}"
    return dict(json.loads(site.root(line)))


def test_leaves_move_to_the_swarm_and_back_with_their_records(site: SwarmSite) -> None:
    site.as_planned()
    written = ["one", "two"]
    assert site.records("one") == ["one"]
    assert site.records("two") == written

    site.declare(count="swarm", front="swarm")
    site.as_planned()
    assert site.service_names() == ["count_web 1/1", "front_web 1/1"]
    assert site.records("three") == [*written, "three"]
    password = site.root("cat /etc/dockwright/leaves/count.password")
    looked = site.root("docker service inspect count_web; docker inspect $(docker ps -q)")
    assert password not in looked
    assert password not in site.root("cat /var/log/dockwright/runs.jsonl")
    process = "$(docker inspect -f '{{.State.Pid}}' $(docker ps -q -f name=count_web))"
    inside = f"tr '\\0' '\\n' </proc/{process}/environ"
    assert f"DOCKWRIGHT_PASSWORD={password}" in site.root(inside).splitlines()

    status = site.dockwright("status", "inventory.py")
    assert status.returncode == 0, status.stdout
    assert "count_web" in status.stdout
    site.root("docker service scale front_web=0 >/dev/null")
    assert site.dockwright("status", "inventory.py").returncode == 2
    assert site.apply().returncode == 0
    said = site.dockwright("logs", "front", "-i", "inventory.py")
    assert said.returncode == 0, said.stderr

    site.declare()
    site.as_planned()
    assert site.service_names() == []
    assert site.records("four") == [*written, "three", "four"]


def test_a_stack_of_the_exported_file_is_the_same_services(site: SwarmSite) -> None:
    site.declare(count="swarm", front="swarm")
    assert site.apply().returncode == 0
    text = site.dockwright("swarm", "export", "--format", "compose", "-i", "inventory.py").stdout
    ours = _spec(site, "count_web")
    site.root("docker service scale count_web=0 front_web=0 >/dev/null")
    site.ssh(site.address, "sudo docker stack deploy -c - s", stdin=text)
    left = [
        line
        for line in differences(ours, _spec(site, "s_count_web"))
        if not any(of in line for of in _OF_STACK)
    ]
    site.root("docker stack rm s >/dev/null; sleep 5")
    assert left == []
    site.root(
        "command -v docker-compose >/dev/null || "
        "DEBIAN_FRONTEND=noninteractive apt-get -qq -y install docker-compose >/dev/null 2>&1"
    )
    checked = "cat >/tmp/stack.yml; docker-compose -f /tmp/stack.yml config --services"
    assert set(site.ssh(site.address, checked, stdin=text).split()) == {"count_web", "front_web"}
    assert site.apply().returncode == 0


def test_leaves_that_nobody_has_are_refused(site: SwarmSite) -> None:
    done = site.dockwright("swarm", "export", "frnt", "-i", "inventory.py")
    assert (done.returncode, done.stderr) == (
        1,
        "error: leaf frnt: no box of the site is to run it; did you mean front?\n",
    )
    site.data(**swarm_site.DATA, dockwright_runs_on={"frnt": "swarm"})
    done = site.dockwright("plan", "inventory.py", "site.py")
    assert done.returncode == 1
    assert "dockwright_runs_on: frnt: no image folder of that name" in done.stderr
    site.declare()
