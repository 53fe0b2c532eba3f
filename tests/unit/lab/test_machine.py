"""The machine a lab stands on: what is missing, who holds a subnet, which process is a box."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.lab import box as lab_box
from dockwright.lab import cgroup as lab_cgroup
from dockwright.lab import network as lab_network
from dockwright.lab.access import REBOOT, ssh_command
from dockwright.lab.checks import trouble
from dockwright.lab.commands import run
from dockwright.lab.inside import hosts_file, network_file, resolver_file
from dockwright.lab.settings import make_settings


@pytest.mark.parametrize(
    ("folder", "told"), [("init/system", "systemctl reboot\n"), ("none", "reboot\n")]
)
def test_a_box_is_told_to_reboot_in_the_words_of_its_init(
    folder: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "init/system").mkdir(parents=True)
    (tmp_path / "sudo").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "sudo").chmod(0o755)
    line = REBOOT.replace("/run/systemd/system", str(tmp_path / folder))
    done = subprocess.run(
        ["sh", "-c", line], env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == told


def _all(name: str) -> str:
    return f"/usr/bin/{name}"


def test_a_fit_machine_has_no_trouble() -> None:
    assert trouble("linux", 0, _all, keyring=True) is None


@pytest.mark.parametrize(
    ("platform", "uid", "missing", "keyring", "said"),
    [
        ("darwin", 0, "", True, "no lab on darwin"),
        ("linux", 1000, "", True, "uid 1000: boxes need root"),
        ("linux", 0, "systemd-nspawn", True, "apt-get install systemd-container"),
        ("linux", 0, "", False, "apt-get install debian-archive-keyring"),
    ],
)
def test_an_unfit_machine_gets_one_line_that_names_vagrant(
    platform: str, uid: int, missing: str, keyring: bool, said: str
) -> None:
    line = trouble(platform, uid, lambda name: None if name == missing else _all(name), keyring)
    assert line is not None
    assert said in line
    assert "Vagrant" in line
    assert "\n" not in line


def test_taking_down_needs_no_keyring() -> None:
    assert trouble("linux", 0, _all, keyring=False, make=False) is None


ADDRESSES = [
    {"ifname": "lo", "addr_info": [{"family": "inet", "local": "127.0.0.1", "prefixlen": 8}]},
    {"ifname": "br7", "addr_info": [{"family": "inet", "local": "192.168.7.1", "prefixlen": 24}]},
]
ROUTES = [
    {"dst": "default", "gateway": "192.168.7.9", "dev": "br7"},
    {"type": "broadcast", "dst": "192.168.7.255", "dev": "br7"},
    {"dst": "10.0.0.0/8", "dev": "tun0"},
    {"type": "local", "dst": "192.168.7.1", "dev": "br7"},
]


@pytest.mark.parametrize(
    ("subnet", "own", "said"),
    [
        ("192.168.50.0/24", "dw-lab", None),
        ("192.168.7.0/24", "dw-lab", "interface br7 (192.168.7.1/24)"),
        ("192.168.0.0/16", "dw-lab", "interface br7 (192.168.7.1/24)"),
        ("192.168.7.0/24", "br7", None),
        ("10.3.0.0/24", "dw-lab", "interface tun0 (route 10.0.0.0/8)"),
    ],
)
def test_who_holds_a_subnet(subnet: str, own: str, said: str | None) -> None:
    assert lab_network.holder(subnet, own, ADDRESSES, ROUTES) == said


def test_every_rule_is_marked_with_its_lab() -> None:
    for _, _, rest in lab_network.rules(make_settings("dev")):
        assert rest[rest.index("--comment") + 1] == "dockwright-lab-dev"
        assert "dw-dev" in rest


def test_taking_down_one_lab_leaves_the_rules_of_a_longer_name() -> None:
    rule = "FORWARD -i dw-{0} -m comment --comment dockwright-lab-{0} -j ACCEPT"
    lines = ["-P FORWARD ACCEPT", *(f"-A {rule.format(name)}" for name in ("dev", "dev-2"))]
    assert lab_network.marked("\n".join(lines), "dev") == [rule.format("dev").split()]


@pytest.mark.parametrize(
    "answer",
    [
        '[{"dst": "192.168.50.10", "gateway": "10.0.0.1", "dev": "eth0"}]',
        '[{"dst": "192.168.50.10", "gateway": "10.0.0.1", "dev": "dw-lab"}]',
        "[]",
        "",
    ],
)
def test_a_route_past_the_bridge_means_the_lab_is_down(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.CompletedProcess(["ip"], 0, answer, "")
    monkeypatch.setattr(lab_network, "run", lambda *_, **__: done)
    with pytest.raises(DockwrightError, match=r"lab lab is down.*`dockwright lab up`"):
        lab_network.check_route(make_settings(), "192.168.50.10")


def test_a_pid_of_another_time_is_not_the_box(tmp_path: Path) -> None:
    lab = make_settings("dev", ["docker"], state_dir=tmp_path)
    box = lab.boxes[0]
    lab.folder.mkdir()
    record = lab_box.process_file(lab, box)
    started = lab_box.start_time(os.getpid())
    record.write_text(f'{{"pid": {os.getpid()}, "started": {started}}}')
    assert lab_box.running_pid(lab, box) == os.getpid()
    record.write_text(f'{{"pid": {os.getpid()}, "started": 1}}')
    assert lab_box.running_pid(lab, box) is None
    record.write_text("half a rec")
    assert lab_box.running_pid(lab, box) is None


def test_the_supervisor_starts_again_after_133_only(tmp_path: Path) -> None:
    count = tmp_path / "count"
    script = f'echo x >>{count}; [ "$(wc -l <{count})" -lt 3 ] && exit 133; exit 7'
    command = ["/bin/sh", "-c", lab_box.SUPERVISOR, "name", "", "/bin/sh", "-c", script]
    subprocess.run(command, check=False, timeout=10)
    assert count.read_text().count("x") == 3


def test_own_control_groups_of_version_1_and_2() -> None:
    mounts = (
        "30 25 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
        "31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
        "32 30 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
        "33 30 0:29 /deep /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        "34 30 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    )
    membership = "4:memory:/deep/er\n3:cpu,cpuacct:/\n1:name=systemd:/shell\n0::/two\n"
    assert [str(path) for path in lab_cgroup.own_groups(mounts, membership)] == [
        "/sys/fs/cgroup/cpu,cpuacct",
        "/sys/fs/cgroup/systemd/shell",
        "/sys/fs/cgroup/memory/er",
        "/sys/fs/cgroup/unified/two",
    ]


def test_host_keys_are_always_checked() -> None:
    lab = make_settings("dev")
    line = " ".join(ssh_command(lab, lab.boxes[0], ["echo", "a b"]))
    assert "StrictHostKeyChecking=yes" in line
    assert f"UserKnownHostsFile={lab.folder}/ssh/known_hosts" in line
    assert line.endswith("vagrant@192.168.50.10 -- echo 'a b'")
    assert ssh_command(lab, lab.boxes[0], ["ls | wc"])[-1] == "ls | wc"


def test_files_of_a_box() -> None:
    lab = make_settings()
    assert "Address=192.168.50.10/24\nGateway=192.168.50.1\n" in network_file(lab, lab.boxes[0])
    assert "192.168.50.10\tdocker.vagrant docker\n" in hosts_file(lab.boxes[0])
    assert resolver_file("nameserver 127.0.0.53\nnameserver 10.0.0.2\nsearch a\n") == (
        "nameserver 10.0.0.2\nsearch a\n"
    )


def test_a_failing_program_is_one_line_with_its_last_words() -> None:
    with pytest.raises(DockwrightError, match="status 3: one / two"):
        run(["/bin/sh", "-c", "echo one >&2; echo two >&2; exit 3"])
    with pytest.raises(DockwrightError, match="no such program"):
        run(["no-such-program-here"])
    with pytest.raises(DockwrightError, match="within 0 s"):
        run([sys.executable, "-c", "import time; time.sleep(5)"], timeout=0.2)
