"""Updates of packages on two boxes: what is behind, one box after the other, leaves up before.

The archives are folders of each box, with packages of these tests; what became of them is read with
dpkg-query, and the box's engine and settings by themselves.
"""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.lab.labs.apt_archive import MAKE
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import OwnSite, server

LAB = OwnLab("updates", "192.168.171.0/24", ("app1", "app2"), packages=WITH_ENGINE)
# no registry is asked: each box has the image of its leaf
DATA = {
    "dockwright_registry": "127.0.0.1:5000",
    "dockwright_registry_tls": False,
    "dockwright_wait_seconds": 40,
}
SITE = """
from dockwright.deploys import docker_host
from dockwright.operations import boot

docker_host()
boot.job(name="calm", leaf="calm", procfile="Procfile", wait=40, _sudo=True)
"""
DEPLOY = "from dockwright.deploys import updates\n\nupdates()\n"
IMAGE = f"""
mkdir -p /root/calm/bin /root/calm/www; cd /root/calm
cp /bin/busybox bin/; ln -sf busybox bin/sh; ln -sf busybox bin/wget; echo calm >www/index.html
cat >Dockerfile <<'END'
FROM scratch
COPY bin /bin
COPY www /www
ENV PATH=/bin
{server(8000)}END
docker build -q -t calm . >/dev/null 2>&1
"""
# as docker-ce's does, where it is upgraded
RESTARTS = """#!/bin/sh
[ -z "$2" ] || { date +%s.%N >/srv/engine.when; deb-systemd-invoke restart docker.service; }
"""
MAY_FAIL = """#!/bin/sh
date +%s.%N >/srv/weak.when
[ ! -e /srv/weak.fails ]
"""
BEHIND = f"""
cat >/srv/docker-scan-plugin.postinst <<'END'
{RESTARTS}END
echo 'colour = red' >/srv/own.conf
for name in plain own held old big mid chink docker-scan-plugin; do deb main "$name" 1.0; done
apt-get -qq -y install /srv/archives/main/*.deb >/dev/null 2>&1
echo 'colour = blue' >/etc/own.conf
apt-mark hold held >/dev/null
apt-mark auto mid >/dev/null
deb point plain 1.1; deb point mid 1.2
deb security mid 1.1; deb security own 1.1 'Depends: needed'; deb security needed 1.0
deb security held 1.1; deb security docker-scan-plugin 1.1
deb security big 2.0 'Conflicts: old'
own_archives off
publish
apt-get -qq update
"""
CURRENT = {"big": "1.0", "held": "1.0", "mid": "1.2", "needed": "1.0", "old": "1.0", "own": "1.1"}


class Updated(OwnSite):
    def root(self, box: str, script: str) -> str:
        return self.ssh(self.boxes[box], "sudo sh", stdin=MAKE + script)

    def each(self, script: str) -> None:
        with ThreadPoolExecutor() as at_once:
            list(at_once.map(lambda box: self.root(box, script), self.boxes))

    def versions(self, box: str) -> dict[str, str]:
        """Of the packages of these tests."""
        names = "plain own held old big mid chink needed weak docker-scan-plugin"
        said = self.root(box, f"dpkg-query -W -f '${{Package}} ${{Version}}\\n' {names} || :")
        return dict(line.split() for line in said.splitlines())

    def planned(self, status: int) -> dict[str, Any]:
        done = self.dockwright("plan", "inventory.py", "updates.py", "--json")
        assert done.returncode == status, done.stdout + done.stderr
        return dict(json.loads(done.stdout))

    def updated(self, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = self.dockwright("apply", "inventory.py", "updates.py", "--yes")
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def as_updated(self) -> None:
        """The next plan, and the next run, change nothing."""
        assert self.planned(0)["drift"] is False
        assert "nothing changed" in self.updated().stdout

    def changes(self, plan: dict[str, Any], box: str) -> list[str]:
        [its] = [one for one in plan["boxes"] if one["box"] == box]
        return [
            "  ".join([f"{one['sign']} {one['thing']}", *one["details"]])
            for operation in its["operations"]
            for one in operation["changes"]
        ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Updated]:
    state = tmp_path_factory.mktemp("updates")
    with LAB.up(state):
        made = Updated(LAB, state, ())
        made.folder.mkdir()
        (made.folder / "site.py").write_text(SITE)
        (made.folder / "updates.py").write_text(DEPLOY)
        (made.folder / "Procfile").write_text(
            "web: docker run --stop-timeout 1 -p 8000:8000 calm\n"
        )
        made.write({})
        made.data(**DATA)
        made.each(IMAGE)
        done = made.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        made.each(BEHIND)
        yield made


def test_a_plan_names_each_package_and_what_stays_behind_with_the_reason(site: Updated) -> None:
    plan = site.planned(2)
    for box in LAB.boxes:
        assert site.changes(plan, box) == [
            "~ mid  1.0 → 1.2  security",
            "~ own  1.0 → 1.1  security",
            "+ needed  1.0",
        ]
        told = [one for one in plan["reminders"] if one.startswith(f"box {box}: stays behind")]
        assert [one.partition(": stays behind: ")[2] for one in told] == [
            "docker-scan-plugin 1.0 → 1.1 (the engine's packages stay, unless they are asked for)",
            "held 1.0 → 1.1 (on hold there)",
            "big 1.0 → 2.0 (apt would take old away for it)",
        ]
    # the plan of the site tells it in a line a box, and calls it no drift
    whole = site.plan(statuses=(0,))
    told = [one for one in whole["reminders"] if "behind" in one]
    assert len(told) == len(LAB.boxes), whole["reminders"]
    assert told[0].startswith(
        "box app1: 6 packages are behind, 5 of security (big, docker-scan-plugin, held, mid, own), "
        "the engine's among them, by lists no day old"
    )


def test_a_run_upgrades_them_and_nothing_else_and_the_second_run_nothing(site: Updated) -> None:
    before = site.started()
    done = site.updated()
    assert "own: 1.0 → 1.1" in done.stderr
    for box in LAB.boxes:
        versions = site.versions(box)
        assert versions.pop("plain") == versions.pop("chink") == "1.0"
        assert versions.pop("docker-scan-plugin") == "1.0"
        assert versions == CURRENT
        assert site.root(box, "cat /etc/own.conf") == "colour = blue"
        assert "mid" in site.root(box, "apt-mark showauto").split()
        assert "own" not in site.root(box, "apt-mark showauto").split()
    assert site.started() == before
    site.as_updated()


@pytest.mark.long
def test_the_engine_is_upgraded_where_it_is_asked_for_its_leaves_up_before_the_next_box(
    site: Updated,
) -> None:
    site.data(**DATA, dockwright_update_engine=True)
    assert site.changes(site.planned(2), "app2") == ["~ docker-scan-plugin  1.0 → 1.1  security"]
    before = {box: site.started(box)["calm.web.1"] for box in LAB.boxes}
    site.updated()
    up = {box: site.started(box)["calm.web.1"] for box in LAB.boxes}
    when = {box: float(site.root(box, "cat /srv/engine.when")) for box in LAB.boxes}
    assert up["app1"] != before["app1"]
    assert up["app2"] != before["app2"]
    began = float(site.root("app1", f"date -d '{up['app1']}' +%s.%N"))
    assert when["app1"] < began < when["app2"]
    for box in LAB.boxes:
        assert site.versions(box)["docker-scan-plugin"] == "1.1"
        assert "healthy" in site.root(box, "docker ps --filter name=calm.web.1")
    site.as_updated()


@pytest.mark.long
def test_a_box_that_fails_leaves_the_next_one_as_it_is_and_is_put_right_by_the_next_run(
    site: Updated,
) -> None:
    weak = f"cat >/srv/weak.postinst <<'END'\n{MAY_FAIL}END\n"
    site.each(
        f"{weak}deb main weak 1.0\ndpkg -i /srv/archives/main/weak_1.0_all.deb >/dev/null\n"
        "deb security weak 1.1\npublish\n"
        "touch -c -d '3 days ago' /var/lib/apt/lists /var/lib/apt/periodic/*\n"
    )
    site.root("app1", "touch /srv/weak.fails")
    # a plan goes by the lists that are there, and says how old they are
    assert site.changes(site.planned(2), "app1") == [
        "~ apt's lists  3 days old → fetched",
        "~ weak  1.0 → 1.1  security",
    ]
    done = site.updated(status=1)
    said = " ".join((done.stdout + done.stderr).split())
    assert "box app2: not begun: the updates failed on box app1" in said
    assert "weak" in said
    assert site.versions("app2")["weak"] == "1.0"
    site.root("app1", "rm /srv/weak.fails")
    assert site.changes(site.planned(2), "app1")[0].startswith("~ dpkg  its interrupted work")
    site.updated()
    for box in LAB.boxes:
        assert site.versions(box)["weak"] == "1.1"
        assert site.root(box, "dpkg --audit") == ""
    site.as_updated()


def test_an_archive_that_does_not_answer_is_named_and_nothing_is_changed(site: Updated) -> None:
    away = "deb [trusted=yes] http://127.0.0.1:9/debian bookworm main"
    site.each(
        "deb security chink 1.1\npublish\n"
        "touch -c -d '3 days ago' /var/lib/apt/lists /var/lib/apt/periodic/*\n"
    )
    site.root("app1", f"echo '{away}' >/etc/apt/sources.list.d/away.list")
    done = site.updated(status=1)
    said = " ".join((done.stdout + done.stderr).split())
    assert "the mirror http://127.0.0.1:9/debian did not answer" in said
    assert [site.versions(box)["chink"] for box in LAB.boxes] == ["1.0", "1.0"]
    # lists that were not fetched whole stay as old as they are
    assert site.changes(site.planned(2), "app1")[0] == "~ apt's lists  3 days old → fetched"
    site.root("app1", "rm /etc/apt/sources.list.d/away.list")
    site.updated()
    assert [site.versions(box)["chink"] for box in LAB.boxes] == ["1.1", "1.1"]


@pytest.mark.long
def test_a_box_installs_security_updates_by_itself_where_its_site_says_so(site: Updated) -> None:
    site.each("own_archives on\napt-get -qq update")
    site.data(**DATA, dockwright_unattended_updates=True)
    site.updated()
    site.each(
        "own_archives off\ndeb security chink 1.2\ndeb point plain 1.3\n"
        "deb security docker-scan-plugin 1.3\npublish\napt-get -qq update"
    )
    site.root("app1", "unattended-upgrade")
    versions = site.versions("app1")
    assert versions["chink"] == "1.2"
    assert versions["plain"] == "1.0"
    assert versions["docker-scan-plugin"] == "1.1"
    assert versions["held"] == "1.0"
    # what another hand changed is put right, by the site's own run too
    site.root("app1", "echo >>/etc/apt/apt.conf.d/52dockwright-updates 'APT::Periodic::Enable 0;'")
    site.root("app2", "systemctl mask -q apt-daily-upgrade.timer")
    assert site.plan(statuses=(2,))["drift"] is True
    assert site.apply().returncode == 0
    assert site.plan(statuses=(0,))["drift"] is False
    assert site.root("app2", "systemctl is-enabled apt-daily-upgrade.timer") == "enabled"
    site.data(**DATA)
    site.apply()
    assert site.root("app1", "ls /etc/apt/apt.conf.d").find("dockwright-updates") == -1
    assert 'Unattended-Upgrade "1"' not in site.root("app1", "apt-config dump APT::Periodic")
