"""deploy/package.py: a box goes down without what makes it one machine among others."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright import lab
from dockwright.lab import access
from dockwright.lab import box as lab_box
from dockwright.lab.settings import LabSettings
from tests.lab.labs.own_lab import OwnLab

ROOT = Path(__file__).resolve().parents[2]
LAB = OwnLab("packtest", "192.168.63.0/24", ("docker", "registry"))
SECRETS = (
    "/etc/dockwright/ca/ca.key",
    "/etc/dockwright/registry.password",
    "/etc/dockwright/registry/tls.key",
    "/etc/dockwright/registry/htpasswd",
    "/etc/dockwright/env/stash.web.1.env",
    "/etc/dockwright/leaves/projectwiki.password",
    "/etc/docker/certs.d/192.168.50.20:5000/ca.crt",
    "/root/.docker/config.json",
    "/home/vagrant/.docker/config.json",
    "/home/vagrant/.bash_history",
    "/var/log/private/app.log",
    "/var/tmp/token",
    "/vagrant/Vagrantfile",
)
KEPT = ("/etc/dockwright/registry/registry.yml", "/srv/registry/data", "/home/vagrant/notes")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSettings]:
    with LAB.up(tmp_path_factory.mktemp("packlab")) as settings:
        yield settings


def _wait_until_down(made: LabSettings) -> None:
    until = time.monotonic() + 60
    while lab_box.is_up(made, made.box("docker")):
        assert time.monotonic() < until, "the box is still up"
        time.sleep(0.2)


def test_it_goes_down_without_them_and_comes_up_as_another(made: LabSettings) -> None:
    box = made.box("docker")
    root = lab_box.box_root(made, box)
    host_key = root / "etc/ssh/ssh_host_ed25519_key.pub"
    for path in (*SECRETS, *KEPT):
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("of this machine\n")
    before = host_key.read_text(), (root / "etc/machine-id").read_text()
    # it keeps its journal on its disk
    access.ask(made, box, "sudo mkdir -p /var/log/journal && sudo journalctl --flush")
    assert list((root / "var/log/journal").glob("*/system.journal"))

    done = subprocess.run(
        [Path(sys.executable).with_name("pyinfra"), "-y", "--limit", "docker",
         "inventories/lab.py", "deploy/package.py"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "DOCKWRIGHT_LAB": LAB.name, "DOCKWRIGHT_LAB_STATE": str(made.state_dir)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # as long as it runs it can be logged into: Vagrant asks it to go down
    assert access.ask(made, box, "true").returncode == 0
    assert (root / "etc/dockwright/ca/ca.key").exists()
    # and goes down slowly: journald looks after its files every few seconds
    late = "for i in 1 2 3 4; do sleep 3; logger late; done"
    access.ask(made, box, f"echo '{late}' | sudo tee -a /run/dockwright-forget.sh")
    access.ask(made, box, "sudo systemctl poweroff")
    _wait_until_down(made)

    assert [path for path in SECRETS if (root / path.lstrip("/")).exists()] == []
    assert [path for path in KEPT if not (root / path.lstrip("/")).exists()] == []
    assert list((root / "etc/ssh").glob("ssh_host_*")) == []
    assert (root / "etc/machine-id").read_text() == ""
    logs = [path for path in (root / "var/log").rglob("*") if not path.is_dir()]
    assert [path for path in logs if not path.is_symlink()] == []
    # the other box is none of --limit's
    other = lab_box.box_root(made, made.box("registry"))
    assert list((other / "etc/ssh").glob("ssh_host_*")) != []

    lab_box.start(made, box)
    until = time.monotonic() + 60
    while not host_key.exists():
        assert time.monotonic() < until, "it made no host keys"
        time.sleep(0.2)
    access.write_known_hosts(made)
    access.wait_until_up(made, box, print)
    after = host_key.read_text(), (root / "etc/machine-id").read_text()
    assert before[0] != after[0]
    assert before[1] != after[1] != ""

    # from then on it keeps them
    lab.reboot(LAB.name, "docker", made.state_dir)
    assert (host_key.read_text(), (root / "etc/machine-id").read_text()) == after
