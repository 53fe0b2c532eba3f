"""A box with a past: Docker set up by other hands is taken as it is, and nothing of it is lost."""

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
from tests.lab.site_lab import SiteLab

NAME, SUBNET, BOX = "oldtest", "192.168.52.0/24", "192.168.52.10"
KEYS = {"labels": ["owner=other-hands"], "log-driver": "local"}


@pytest.fixture
def old(tmp_path: Path) -> Iterator[SiteLab]:
    unfit = trouble(sys.platform, geteuid(), shutil.which, keyring=True)
    if unfit is not None:
        pytest.skip(unfit)
    made = SiteLab(tmp_path, NAME)
    try:
        lab.up(make_settings(NAME, ["docker", "registry"], "bookworm", SUBNET, tmp_path))
        yield made
    finally:
        lab.down(NAME, tmp_path)


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
