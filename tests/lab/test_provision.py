"""deploy/provision.sh, as Vagrant's shell provisioner calls it, in a lab box of its own.

The checkout is at /vagrant without .git and .venv, with a wheelhouse: no package index is asked.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.lab import access
from dockwright.lab.settings import LabSettings
from tests.lab.labs.own_lab import OwnLab, untried_here

ROOT = Path(__file__).resolve().parents[2]
LAB = OwnLab("provtest", "192.168.62.0/24")
_NET = LAB.net
PROVISION = (
    f"sudo env DOCKWRIGHT_DOCKER_ADDRESS={_NET}.10 DOCKWRIGHT_REGISTRY_ADDRESS={_NET}.20 "
    "sh /vagrant/deploy/provision.sh"
)
# What rsync leaves out in the Vagrantfile, and what other tests may have put beside
LEFT_OUT = (".git", ".venv", ".vagrant", ".hypothesis", ".*_cache", "__pycache__", "*.box")


class Guest:
    """A bare box with the checkout, and plain ways to look into it."""

    def __init__(self, made: LabSettings) -> None:
        self.made = made
        self.command = access.ssh_command(made, made.box("docker"))

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, line],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip

    def ask(self, line: str) -> str:
        done = self.run(line)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
        return done.stdout.strip()


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guest]:
    if (unfit := untried_here()) is not None:  # before wheels are fetched for nothing
        pytest.skip(unfit)
    wheels = tmp_path_factory.mktemp("wheels") / "wheelhouse"
    fetched = subprocess.run(
        [Path(sys.executable).with_name("dockwright"), "wheelhouse", wheels],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert fetched.returncode == 0, fetched.stderr
    with LAB.up(tmp_path_factory.mktemp("provlab")) as made:
        box = Guest(made)
        without = [f"--exclude={pattern}" for pattern in (*LEFT_OUT, "./wheelhouse")]
        for folder, what, options in ((ROOT, ".", without), (wheels.parent, "wheelhouse", [])):
            packed = subprocess.run(
                ["tar", "-C", folder, *options, "-c", what], stdout=subprocess.PIPE, check=True
            )
            subprocess.run(
                [*box.command, "sudo mkdir -p /vagrant && sudo tar -C /vagrant --no-same-owner -x"],
                input=packed.stdout, check=True, timeout=120,
            )  # fmt: skip
        yield box


def test_a_bare_guest_becomes_a_docker_server_and_then_nothing_changes(guest: Guest) -> None:
    assert guest.run("command -v docker").returncode != 0
    first = guest.run(f"{PROVISION} docker_host")
    assert first.returncode == 0, first.stdout + first.stderr
    assert guest.ask("systemctl is-active docker") == "active"
    # a box that builds nothing makes no base
    assert guest.ask("docker image ls --format '{{.Repository}}:{{.Tag}}'") == ""
    assert guest.ask("getent hosts registry.vagrant").split() == [
        f"{_NET}.20", "registry.vagrant", "registry",
    ]  # fmt: skip

    # pip's packages and the box's own files, by the time they were last written
    look = (
        "sudo find /etc /srv /var/lib/dockwright -type f -not -path '*/__pycache__/*' "
        "-printf '%p %T@\\n' | sort | md5sum; docker ps -aq"
    )
    before = guest.ask(look)
    again = guest.run(f"{PROVISION} docker_host")
    assert again.returncode == 0, again.stdout + again.stderr
    total = next(line for line in again.stderr.splitlines() if "Grand total" in line)
    assert total.split()[2:] == ["11", "-", "-", "11"], again.stderr
    assert "pyinfra into" not in again.stdout
    assert guest.ask(look) == before


# the same deploy on the machine that it runs on, by a user who has sudo
_BY_A_USER = (
    f"cd /vagrant && env PYTHONPATH=/vagrant DOCKWRIGHT_ROLE=docker_host "
    f"DOCKWRIGHT_DOCKER_ADDRESS={_NET}.10 DOCKWRIGHT_REGISTRY_ADDRESS={_NET}.20 "
    "/var/lib/dockwright/venv/bin/pyinfra -y inventories/guest.py deploy/docker_host.py"
)


@pytest.mark.parametrize(
    "line", [f"{PROVISION} docker_host", _BY_A_USER], ids=["as root", "as a user with sudo"]
)
def test_drift_is_put_right(guest: Guest, line: str) -> None:
    guest.ask("sudo gpasswd --delete vagrant docker && sudo rm /etc/docker/daemon.json")
    done = guest.run(line)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "docker" in guest.ask("id --name --groups vagrant").split()
    again = guest.run(line)
    total = next(text for text in again.stderr.splitlines() if "Grand total" in text)
    assert total.split()[2:] == ["11", "-", "-", "11"], again.stderr
    assert "max-size" in guest.ask("cat /etc/docker/daemon.json")


def test_an_old_python_is_one_line_that_names_the_way_from_outside(guest: Guest) -> None:
    old = '#!/bin/sh\n[ "$1" = -V ] && echo Python 3.2.3 && exit\nexit 1\n'
    guest.ask(f"mkdir -p old && printf %s '{old}' >old/python3 && chmod +x old/python3")
    done = guest.run("sudo env PATH=$PWD/old:$PATH sh /vagrant/deploy/provision.sh docker_host")
    assert done.returncode == 1
    assert (done.stdout, done.stderr.splitlines()) == (
        "",
        [
            "provision.sh: Python 3.2.3: Dockwright needs 3.11 or newer; provision this machine "
            "from outside: pyinfra inventories/vagrant.py deploy/docker_host.py "
            "(DOCKWRIGHT_PROVISION=host)"
        ],
    )


def test_no_python_at_all_is_one_line_too(guest: Guest) -> None:
    guest.ask(
        "mkdir none && ln -s /usr/bin/* /usr/sbin/* none 2>/dev/null; "
        "rm none/python3* none/apt-get; "
        "printf '#!/bin/sh\necho no mirror >&2; exit 100\n' >none/apt-get; chmod +x none/apt-get"
    )
    done = guest.run("sudo env PATH=$PWD/none sh /vagrant/deploy/provision.sh docker_host")
    assert done.returncode == 1
    [line] = (done.stdout + done.stderr).splitlines()
    assert line.startswith("provision.sh: no Python 3, and apt has none: Dockwright needs 3.11")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sudo sh /vagrant/deploy/provision.sh", "ROLE is missing: use docker_host or"),
        ("sudo sh /vagrant/deploy/provision.sh web", "ROLE web: use docker_host or"),
        ("sh /vagrant/deploy/provision.sh docker_host", "not root; run it by sudo"),
    ],
)
def test_what_it_can_not_do_is_one_line(guest: Guest, line: str, said: str) -> None:
    done = guest.run(line)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
