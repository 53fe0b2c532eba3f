"""Vagrant's machines as pyinfra hosts, from answers of Vagrant 2.3.4 with vagrant-libvirt.

Recorded, in fixtures/vagrant: status.none_created, status.vagrantfile_raises, the errors of
ssh_config.registry_not_ready, and both of build_docker_running. Written after Vagrant's template of
ssh-config and its states: the rest.
A program called `vagrant`, first in PATH, says them; it keeps the arguments it was called with.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dockwright import vagrant
from dockwright.errors import DockwrightError

ROOT = Path(__file__).resolve().parents[3]
ANSWERS = Path(__file__).parents[1] / "fixtures" / "vagrant"
Say = Callable[..., Path]

PROGRAM = """#!/bin/sh
echo "$*" >>"{calls}"
case $1 in status) answer="{status}" ;; ssh-config) answer="{ssh}" ;; *) exit 64 ;; esac
cat "$answer"
[ ! -e "$answer.stderr" ] || {{ cat "$answer.stderr" >&2; exit 1; }}
"""


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Let `vagrant` answer with recorded files; returns the file of what it was asked."""

    def prepare(status: str, ssh: str = "ssh_config.running") -> Path:
        program, calls = tmp_path / "bin/vagrant", tmp_path / "calls"
        program.parent.mkdir()
        program.write_text(PROGRAM.format(calls=calls, status=ANSWERS / status, ssh=ANSWERS / ssh))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        return calls

    for name in [name for name in os.environ if name.startswith("DOCKWRIGHT_")]:
        monkeypatch.delenv(name)
    return prepare


def test_one_that_is_being_built(say: Say) -> None:
    say("status.build_docker_running", "ssh_config.build_docker_running")
    [(name, data)] = vagrant.inventory(ROOT)
    assert (name, data["ssh_hostname"], data["ssh_port"]) == ("build_docker", "192.168.121.174", 22)
    assert data["ssh_key"] == "/home/me/.vagrant.d/insecure_private_key"
    assert data["dockwright_address"] == "192.168.50.10"


def test_all_running_machines_come_with_two_calls(say: Say, tmp_path: Path) -> None:
    calls = say("status.three_running")
    (tmp_path / "Vagrantfile").write_text((ROOT / "Vagrantfile").read_text())
    found = dict(vagrant.inventory(tmp_path))
    assert list(found) == ["build_docker", "registry", "docker"]
    assert calls.read_text().splitlines() == [
        "status --machine-readable",
        "ssh-config /^(build_docker|registry|docker)$/",
    ]
    assert found["docker"] == {
        "ssh_hostname": "192.168.121.24",
        "ssh_port": 22,
        "ssh_user": "vagrant",
        "ssh_key": "/home/me/site/.vagrant/machines/docker/libvirt/private_key",
        "ssh_known_hosts_file": f"{tmp_path}/.vagrant/machines/docker/known_hosts",
        "ssh_strict_host_key_checking": "accept-new",
        "vagrant_known_hosts": f"{tmp_path}/.vagrant/machines/docker/known_hosts",
        "ssh_forward_agent": True,
        "dockwright_address": "192.168.50.10",
        "dockwright_hostname": "docker.vagrant",
        "dockwright_hosts": {
            "192.168.50.10": ["docker.vagrant", "docker"],
            "192.168.50.20": ["registry.vagrant", "registry"],
        },
        "dockwright_registry": "192.168.50.20:5000",
    }


def test_a_machines_host_keys_are_kept_where_vagrant_removes_them_with_it(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("status.three_running")
    (tmp_path / "Vagrantfile").write_text((ROOT / "Vagrantfile").read_text())
    for provider, name in (("libvirt", "id"), ("virtualbox", "vagrant_cwd")):
        made = tmp_path / f"elsewhere/machines/docker/{provider}/{name}"
        made.parent.mkdir(parents=True)
        made.touch()
    monkeypatch.setenv("VAGRANT_DOTFILE_PATH", "elsewhere")
    docker = dict(vagrant.inventory(tmp_path))["docker"]
    assert docker["ssh_known_hosts_file"] == str(
        tmp_path / "elsewhere/machines/docker/libvirt/known_hosts"
    )


def test_a_key_in_a_folder_with_a_space_and_a_forwarded_port(say: Say) -> None:
    say("status.three_running")
    registry = dict(vagrant.inventory(ROOT))["registry"]
    assert (registry["ssh_hostname"], registry["ssh_port"]) == ("127.0.0.1", 2200)
    assert registry["ssh_key"].startswith("/home/me/my machines/.vagrant/")


def test_of_two_well_known_keys_the_one_that_old_boxes_take_too(say: Say) -> None:
    say("status.three_running")
    assert dict(vagrant.inventory(ROOT))["build_docker"]["ssh_key"].endswith("/vagrant.key.rsa")


def test_groups_by_role_and_what_is_built_stands_last(say: Say) -> None:
    say("status.three_running")
    found = vagrant.inventory(ROOT)
    assert [name for name, _ in vagrant.group(found, "docker")] == ["docker", "build_docker"]
    assert [name for name, _ in vagrant.group(found, "registry")] == ["registry"]


def test_numbers_come_from_the_environment_as_for_the_vagrantfile(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("status.three_running")
    monkeypatch.setenv("DOCKWRIGHT_DOCKER_ADDRESS", "10.1.0.5")
    found = dict(vagrant.inventory(ROOT))
    assert found["docker"]["dockwright_address"] == "10.1.0.5"
    assert found["registry"]["dockwright_hosts"]["10.1.0.5"] == ["docker.vagrant", "docker"]


def test_a_vagrantfile_that_prints_is_one_line(say: Say, tmp_path: Path) -> None:
    chatty = tmp_path / "chatty"
    chatty.write_text("hello\n" + (ANSWERS / "status.three_running").read_text())
    say(str(chatty))
    with pytest.raises(DockwrightError, match="lines that are not Vagrant's; let it print nothing"):
        vagrant.inventory(ROOT)


def test_none_running(say: Say) -> None:
    say("status.none_created")
    with pytest.raises(DockwrightError) as error:
        vagrant.inventory(ROOT)
    assert str(error.value) == (
        "no Vagrant machine is running here (build_docker not_created, build_registry "
        "not_created, registry not_created, docker not_created); run `vagrant up`"
    )


def test_one_on_its_way_up(say: Say) -> None:
    say("status.registry_preparing")
    with pytest.raises(DockwrightError, match="machine registry: preparing, neither up nor down"):
        vagrant.inventory(ROOT)


def test_one_that_runs_and_is_not_ready_for_ssh(say: Say) -> None:
    say("status.three_running", "ssh_config.registry_not_ready")
    with pytest.raises(DockwrightError) as error:
        vagrant.inventory(ROOT)
    assert str(error.value) == (
        "machine registry: running, but not ready for SSH (The provider for this "
        "Vagrant-managed machine is reporting that it is not yet ready for SSH); wait for its "
        "`vagrant up`, or run `vagrant reload registry`"
    )


def test_no_vagrantfile(say: Say, tmp_path: Path) -> None:
    say("status.none_created")
    with pytest.raises(DockwrightError, match=f"no Vagrantfile in {tmp_path}; run this where"):
        vagrant.inventory(tmp_path)


def test_a_vagrantfile_of_other_hands(say: Say, tmp_path: Path) -> None:
    say("status.none_created")
    (tmp_path / "Vagrantfile").write_text('Vagrant.configure("2") { }\n')
    with pytest.raises(DockwrightError, match=r"no line .*DOCKWRIGHT_DOCKER_ADDRESS"):
        vagrant.inventory(tmp_path)


def test_vagrants_own_complaint_is_one_line(say: Say) -> None:
    say("status.vagrantfile_raises")
    with pytest.raises(DockwrightError) as error:
        vagrant.inventory(ROOT)
    assert str(error.value) == (
        "vagrant status --machine-readable: ArgumentError: DOCKWRIGHT_PROVISION=bad: use host, "
        "guest or none; see `vagrant status`"
    )


@pytest.mark.parametrize("only", ["docker", "registry_hosts"])
def test_pyinfra_takes_it_with_limit(say: Say, only: str, tmp_path: Path) -> None:
    say("status.three_running")
    pyinfra = Path(sys.executable).with_name("pyinfra")
    done = subprocess.run(
        [pyinfra, "--limit", only, "inventories/vagrant.py", "debug-inventory"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"dockwright_registry": "192.168.50.20:5000"' in done.stdout + done.stderr
