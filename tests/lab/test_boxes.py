"""Real boxes: what `dockwright lab` promises, read from the machine by other means."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright import lab
from dockwright.errors import DockwrightError
from dockwright.lab import network as lab_network
from dockwright.lab.commands import run
from dockwright.lab.settings import LabSettings, make_settings
from tests.lab.labs.own_lab import OwnLab, untried_here

LAB, DEAD = OwnLab("boxtest", "192.168.53.0/24"), OwnLab("boxdead", "192.168.61.0/24")
NAME, SUBNET, ADDRESS = LAB.name, LAB.subnet, LAB.address("docker")
pytestmark = pytest.mark.skipif(untried_here() is not None, reason=untried_here() or "")


def _out(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60).stdout


def _machine() -> tuple[list[str], list[str]]:
    """Interfaces and rules that bear this lab's name; other labs may come and go meanwhile."""
    links = [link["ifname"] for link in json.loads(_out("ip", "-j", "link"))]
    rules = _out("iptables", "-S") + _out("iptables", "-t", "nat", "-S")
    return (
        # of a machine's name, that of its interface has eight letters
        [link for link in links if NAME[:8] in link],
        [rule for rule in rules.splitlines() if f"dockwright-lab-{NAME}" in rule],
    )


def _said(state: Path, line: str) -> str:
    """A shell line in the box, by plain ssh."""
    ssh = state / NAME / "ssh"
    options = ["-o", f"UserKnownHostsFile={ssh}/known_hosts", "-o", "StrictHostKeyChecking=yes"]
    options += ["-o", "BatchMode=yes", "-i", str(ssh / "id_ed25519")]
    return _out("ssh", "-F", "/dev/null", *options, f"vagrant@{ADDRESS}", line).strip()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSettings]:
    state = tmp_path_factory.mktemp("labs")
    with LAB.held(state):
        assert _machine() == ([], []), f"lab {NAME} is left from an earlier run; take it down"
        before = _forwarding()
        made = lab.up(LAB.settings(state), echo=print)
        # of a lab whose bridge somebody took away
        left = lab_network.FORWARDING / "lab-nobodys"
        left.touch()
        yield made
    assert _machine() == ([], [])
    assert _forwarding() == before
    # gone with the last lab, which others may be
    assert not left.exists() or lab_network._users()
    left.unlink(missing_ok=True)


def _forwarding() -> str:
    """The machine's value without labs; other labs may come and go meanwhile."""
    former = lab_network.FORWARDING / "former"
    try:
        return former.read_text().split()[-1]
    except FileNotFoundError:
        return lab_network.IP_FORWARD.read_text().strip()


def test_a_box_is_a_machine_of_its_own(box: LabSettings) -> None:
    assert _said(box.state_dir, "hostname -f") == "docker.vagrant"
    assert _said(box.state_dir, "ps -o comm= -p 1") == "systemd"
    assert _said(box.state_dir, "whoami; sudo -n whoami") == "vagrant\nroot"
    assert _said(box.state_dir, "systemctl --failed --no-legend") == ""
    assert "Signed-By" in _said(box.state_dir, "cat /etc/apt/sources.list.d/debian.sources")


def test_the_keys_are_for_their_owner_only(box: LabSettings) -> None:
    assert (box.folder / "ssh" / "id_ed25519").stat().st_mode & 0o777 == 0o600
    assert (box.folder / "boxes").stat().st_mode & 0o777 == 0o700


def test_up_again_leaves_the_running_box_alone(box: LabSettings) -> None:
    before = _said(box.state_dir, "cat /proc/sys/kernel/random/boot_id; touch kept")
    links, rules = _machine()
    again = lab.up(lab.settings_for(NAME, state_dir=box.state_dir))
    assert again == box
    assert _said(box.state_dir, "cat /proc/sys/kernel/random/boot_id; ls kept").startswith(before)
    assert _machine() == (links, rules)
    assert len(rules) == 3


def test_a_reboot_gives_a_new_boot_id_and_keeps_the_disk(box: LabSettings) -> None:
    before = _said(box.state_dir, "cat /proc/sys/kernel/random/boot_id; touch before-reboot")
    after = lab.reboot(NAME, "docker", box.state_dir)
    assert after != before
    assert _said(box.state_dir, "cat /proc/sys/kernel/random/boot_id; ls before-reboot") == (
        f"{after}\nbefore-reboot"
    )


def test_a_killed_box_is_reclaimed_with_its_disk(box: LabSettings) -> None:
    _said(box.state_dir, "touch before-kill; sync")
    pid = lab.status(NAME, box.state_dir)["boxes"][0]["pid"]
    children = _out("pgrep", "-P", str(pid)).split()
    subprocess.run(["kill", "-9", str(pid), *children], check=True)
    # a killed process is gone once the kernel has taken it down, not when kill returns
    for _ in range(50):
        if lab.status(NAME, box.state_dir)["boxes"][0]["state"] == "down":
            break
        time.sleep(0.1)
    assert lab.status(NAME, box.state_dir)["boxes"][0]["state"] == "down"
    _out("ip", "link", "del", box.bridge)
    with pytest.raises(DockwrightError, match=f"lab {NAME} is down"):
        lab.inventory(NAME, box.state_dir)
    lab.up(box, echo=print)
    assert _said(box.state_dir, "ls before-kill") == "before-kill"
    # its PID 1 had outlived systemd-nspawn: one box, one PID 1, one process group of it
    assert len(_machine()[0]) == 2


def test_the_inventory_is_what_pyinfra_connects_with(box: LabSettings) -> None:
    [(name, data)] = lab.inventory(NAME, box.state_dir)
    assert name == "docker"
    assert data["ssh_hostname"] == data["dockwright_address"] == ADDRESS
    assert data["ssh_strict_host_key_checking"] == "yes"
    assert ADDRESS in Path(data["ssh_known_hosts_file"]).read_text()


def test_a_taken_subnet_is_an_error_that_names_its_holder(box: LabSettings, tmp_path: Path) -> None:
    other = make_settings("boxtest2", ["docker"], "bookworm", SUBNET, tmp_path)
    with pytest.raises(DockwrightError, match=f"{SUBNET}: held by interface {box.bridge}"):
        lab.up(other)
    assert not (tmp_path / "boxtest2").exists()


def test_the_network_that_a_dead_lab_left_is_taken_over(box: LabSettings, tmp_path: Path) -> None:
    dead = DEAD.settings(tmp_path)
    said: list[str] = []
    lab_network.set_up(dead, said.append)
    try:
        lab_network.claim(dead, said.append)
        assert said == [
            f"bridge {dead.bridge}: left by a lab of that name, none of whose boxes is up; removed"
        ]
        assert not (lab_network.BRIDGES / dead.bridge).exists()
        for table in ("nat", "filter"):
            rules = run(["iptables", "-w", "-t", table, "-S"]).stdout
            assert lab_network.marked(rules, dead.name) == []
            assert lab_network.marked(rules, box.name)
    finally:
        lab_network.remove(dead, said.append)


def test_a_lab_name_taken_from_another_state_folder_is_an_error(
    box: LabSettings, tmp_path: Path
) -> None:
    with pytest.raises(DockwrightError, match=f"bridge {box.bridge}: there already"):
        lab.up(LAB.settings(tmp_path))


def test_down_leaves_nothing_and_may_be_said_twice(box: LabSettings) -> None:
    assert lab.down(NAME, box.state_dir) is True
    assert _machine() == ([], [])
    assert not box.folder.exists()
    assert str(box.folder) not in _out("ps", "-eo", "args")
    assert NAME not in _out("find", "/sys/fs/cgroup", "-type", "d", "-name", f"*{NAME}*")
    assert lab.down(NAME, box.state_dir) is False


def test_a_half_made_lab_is_finished_or_taken_away(box: LabSettings) -> None:
    half = box.folder / "boxes" / "docker" / "root" / "etc"
    half.mkdir(parents=True)
    lab.up(box, echo=print)  # the root has no `complete` mark: it is copied anew
    assert _said(box.state_dir, "hostname") == "docker"
    (box.folder / "lab.json").write_text("half a rec")
    assert lab.down(NAME, box.state_dir) is True
    assert _machine() == ([], [])
