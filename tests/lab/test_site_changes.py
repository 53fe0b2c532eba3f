"""A standing site that is changed, by hand or by its data, and run again."""

import json
import time
from pathlib import Path

import pytest

from tests.lab.labs.site_lab import DOCKER, PLACE, REGISTRY, ZENWEB, SiteLab, inventory_with


def test_stopping_a_job_ends_process_1_by_sigterm_and_leaves_no_container(site: SiteLab) -> None:
    unit = "dockwright-zenweb.web.1.service"
    since = site.ssh(DOCKER, "date +%s")
    began = time.monotonic()
    site.ssh(DOCKER, f"sudo systemctl stop {unit}")
    took = time.monotonic() - began
    assert took < 10
    until = site.ssh(DOCKER, "sleep 1; date +%s")
    events = site.ssh(
        DOCKER,
        f"docker events --since {since} --until {until} --filter container=zenweb.web.1 "
        "--filter event=kill --filter event=die --filter event=destroy "
        "--format '{{.Action}} {{.Actor.Attributes.signal}} {{.Actor.Attributes.exitCode}}'",
    ).splitlines()
    assert [event.split()[0] for event in events] == ["kill", "die", "destroy"]
    assert events[0].startswith("kill 15 ")
    assert events[1].endswith(" 0")
    assert site.ssh(DOCKER, "docker ps -aq --filter name=zenweb") == ""
    assert site.ssh(DOCKER, f"systemctl is-active {unit}", check=False) in ("inactive", "failed")
    again = site.pyinfra("deploy/leaves.py")
    assert (again["status"], again["changed"]) == (0, ["Leaves | zenweb: boot job on docker"])
    assert site.page(ZENWEB)[0] == 200


@pytest.mark.long
def test_drift_is_put_right_by_the_same_script(site: SiteLab) -> None:
    site.ssh(DOCKER, "sudo sed -i s/max-size/max-sise/ /etc/docker/daemon.json; "
        "sudo chmod 755 /srv/stash; sudo gpasswd -d vagrant docker; "
        "sudo rm /etc/docker/certs.d/*/ca.crt; sudo systemctl disable -q dockwright-zenweb.target; "
        "sudo sed -i '/registry.vagrant/d' /etc/hosts; sudo docker rm -f zenweb.web.1")  # fmt: skip
    done = site.pyinfra("deploy/site.py")
    assert done["status"] == 0, done["said"]
    assert site.pyinfra("deploy/site.py")["changed"] == []
    assert site.ssh(DOCKER, "stat -c %a /srv/stash; id -nG vagrant | grep -ow docker") == (
        "700\ndocker"
    )
    assert site.ssh(DOCKER, "systemctl is-enabled dockwright-zenweb.target") == "enabled"
    assert site.page(ZENWEB)[0] == 200


@pytest.mark.long
def test_the_registrys_login_is_put_right_and_changed_by_the_same_script(site: SiteLab) -> None:
    site.ssh(REGISTRY, "echo dockwright:broken | sudo tee /etc/dockwright/registry/htpasswd")
    alone = site.pyinfra("deploy/images.py")
    assert alone["status"] == 1
    assert "refused as user dockwright" in alone["said"]
    done = site.pyinfra("deploy/site.py")
    assert done["status"] == 0, done["said"]
    assert done["changed"] == ["Registry host | registry: login on registry"]
    certificates = ["--cacert", f"{site.authority()}/ca.crt", "--user", site.credentials()]
    assert site.page(f"https://{PLACE}/v2/", *certificates)[0] == 200


def test_a_registry_that_missed_its_new_settings_is_restarted(site: SiteLab) -> None:
    site.ssh(REGISTRY, "sudo touch /etc/dockwright/registry/registry.yml")
    before = site.ssh(REGISTRY, "docker inspect -f '{{.State.StartedAt}}' registry.web.1")
    done = site.pyinfra("deploy/registry_host.py")
    assert done["changed"] == ["Registry host | registry: takes its new settings on registry"]
    assert site.ssh(REGISTRY, "docker inspect -f '{{.State.StartedAt}}' registry.web.1") != before
    assert site.pyinfra("deploy/registry_host.py")["changed"] == []


def test_environment_and_scale_reach_the_containers_and_no_argument(
    site: SiteLab, tmp_path: Path
) -> None:
    value = "a 'b' $HOME %n #x \\ \nsecond line"
    data = {
        "dockwright_env": {"zenweb": {"TOKEN": value}},
        "dockwright_scale": {"zenweb": {"web": 2}},
    }
    done = site.pyinfra("deploy/leaves.py", inventory=inventory_with(tmp_path, str(data)))
    assert done["status"] == 0, done["said"]
    for job in ("zenweb.web.1", "zenweb.web.2"):
        there = json.loads(site.ssh(DOCKER, f"docker inspect -f '{{{{json .Config.Env}}}}' {job}"))
        assert f"TOKEN={value}" in there
        assert site.ssh(DOCKER, f"sudo stat -c %a /etc/dockwright/env/{job}.env") == "600"
    assert site.page(f"http://{DOCKER}:11002/")[0] == 200
    assert "second line" not in site.ssh(DOCKER, "ps -eo args") + done["said"]
    assert site.pyinfra("deploy/leaves.py")["status"] == 0
    names = site.ssh(DOCKER, "docker ps --filter name=zenweb --format '{{.Names}}'")
    assert names == "zenweb.web.1"
    assert "zenweb" not in site.ssh(DOCKER, "sudo ls /etc/dockwright/env")


def test_a_leaf_that_is_not_declared_any_more_goes(site: SiteLab, tmp_path: Path) -> None:
    others = ["projectwiki", "rails", "stash"]
    fewer = inventory_with(tmp_path, str({"dockwright_leaves": others}))
    done = site.pyinfra("deploy/leaves.py", inventory=fewer)
    # former builds that its way back alone needed go with it: whether there are some is a matter of
    # what other tests did before
    builds = "Leaves | former builds on docker"
    changed = [one for one in done["changed"] if one != builds]
    assert changed == ["Leaves | no leaves but those declared on docker"]
    assert (
        site.ssh(
            DOCKER,
            "docker ps -aq --filter name=zenweb; "
            "ls /etc/systemd/system | grep dockwright-zenweb; true",
        )
        == ""
    )
    assert site.ssh(DOCKER, "systemctl is-enabled dockwright-cgroups") == "enabled"
    assert site.pyinfra("deploy/leaves.py", inventory=fewer)["changed"] == []
    # none at all is not the same as nothing said
    none = inventory_with(tmp_path, str({"dockwright_leaves": []}))
    planned = site.run("dockwright", "plan", none, "deploy/leaves.py")
    assert planned.returncode == 2, planned.stderr
    assert all(leaf in planned.stdout for leaf in others)
    assert site.pyinfra("deploy/leaves.py")["status"] == 0
    assert site.page(ZENWEB)[0] == 200


@pytest.mark.long
def test_clean_up_runs_when_asked_and_only_then(site: SiteLab) -> None:
    site.ssh(DOCKER, "sudo apt-get update -qq")
    done = site.pyinfra(
        "deploy/docker_host.py", "--limit", "docker", "--data", "dockwright_clean_up=True"
    )
    assert done["changed"] == ["Docker server | clean up before packaging on docker"]
    assert site.ssh(DOCKER, "ls /var/lib/apt/lists /var/cache/apt/archives | grep -c Packages; true"
    ) == "0"  # fmt: skip
