"""A box with a past: Docker set up by other hands is taken as it is, and nothing of it is lost."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

LAB = OwnLab("oldtest", "192.168.52.0/24", ("docker", "registry"))
BOX = LAB.address("docker")
KEYS = {"labels": ["owner=other-hands"], "log-driver": "local"}


@pytest.fixture
def old(tmp_path: Path) -> Iterator[SiteLab]:
    with LAB.up(tmp_path):
        yield SiteLab(tmp_path, LAB.name)


def test_its_daemon_settings_and_its_container_stay(old: SiteLab) -> None:
    old.ssh(
        BOX,
        "sudo mkdir -p /etc/docker && sudo tee /etc/docker/daemon.json >/dev/null && "
        "sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "
        "--no-install-recommends docker.io apparmor",
        stdin=json.dumps(KEYS),
    )
    # a container of their own, from nothing but the box's own files
    old.ssh(
        BOX,
        "sudo tar -C / -c usr/bin/sleep lib lib64 usr/lib64 usr/lib/x86_64-linux-gnu/libc.so.6 "
        "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 | sudo docker import - theirs:1 && "
        "sudo docker run -d --rm --name theirs theirs:1 /usr/bin/sleep 3600",
    )
    version = old.ssh(BOX, "sudo docker version -f '{{.Server.Version}}'")
    started = old.ssh(BOX, "sudo docker inspect -f '{{.Id}} {{.State.StartedAt}}' theirs")
    done = old.pyinfra("deploy/docker_host.py", "--limit", "docker")
    assert done["status"] == 0, done["said"]
    assert old.ssh(BOX, "sudo docker inspect -f '{{.Id}} {{.State.StartedAt}}' theirs") == started
    assert old.ssh(BOX, "sudo docker inspect -f '{{.State.Running}}' theirs") == "true"
    assert old.ssh(BOX, "sudo docker version -f '{{.Server.Version}}'") == version
    after = json.loads(old.ssh(BOX, "cat /etc/docker/daemon.json"))
    assert KEYS.items() <= after.items()
    assert old.pyinfra("deploy/docker_host.py", "--limit", "docker")["changed"] == []
