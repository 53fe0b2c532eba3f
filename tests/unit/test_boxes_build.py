"""`dockwright boxes build` goes on wherever it was broken off.

`vagrant` and `pyinfra` here are stand-ins: they keep what they were called with, and answer
`status` and `box list` in Vagrant's own format. What the true ones do is not tried here.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

VAGRANT = """#!/bin/sh
[ "$1" != --version ] || exec echo Vagrant 2.3.4
cd "$(dirname "$0")/.." || exit 64
state() { cat "state.$1" 2>/dev/null || echo not_created; }
case "$1 $2" in
  "status --machine-readable")
    for machine in build_docker build_registry registry docker; do
      echo "1,$machine,provider-name,libvirt"
      echo "1,$machine,state,$(state $machine)"
    done; exit ;;
  "box list")
    for box in $(cat boxes 2>/dev/null); do
      printf '1,,box-name,%s\\n1,,box-provider,libvirt\\n1,,box-version,0\\n' "$box"
    done; exit ;;
esac
echo "vagrant $*" >>calls
if [ -e "block-$1" ]; then touch blocked; while [ -e "block-$1" ]; do sleep 0.05; done; fi
[ ! -e "fail-$1" ] || exit 3
case "$1" in
  up) echo running >"state.$2" ;;
  destroy) rm -f "state.$3" ;;
  package) echo poweroff >"state.$2"; : >"$4" ;;
  box) echo "$5" >>boxes ;;
esac
"""
PYINFRA = """#!/bin/sh
cd "$(dirname "$0")/.." || exit 64
echo "pyinfra $*" >>calls
[ ! -e fail-pyinfra ] || exit 1
[ ! -e changed ] || cat changed
"""
# libvirt with one pool: a file in it for each volume
VIRSH = """#!/bin/sh
cd "$(dirname "$0")/../pool" || exit 64
shift 3
case $1 in
  pool-list) echo default ;;
  vol-list) for name in *; do [ ! -e "$name" ] || echo " $name   /pool/$name"; done ;;
  vol-dumpxml) cat "$4" ;;
  vol-delete) rm "$4" ;;
esac
"""
DRIVER = """
import sys
sys.executable = sys.argv.pop(1)
from dockwright.cli import main
sys.argv[0] = "dockwright"
main()
"""
UP = "vagrant up build_docker --no-provision --provider libvirt"
PROVISION = "pyinfra -y --limit build_docker inventories/vagrant.py deploy/docker_host.py"
CLEAN = "pyinfra -y --limit build_docker inventories/vagrant.py deploy/package.py"
PACKAGE = "vagrant package build_docker --output ubuntu-docker.box"
ADD = "vagrant box add --force --name ubuntu-docker ubuntu-docker.box"
DESTROY = "vagrant destroy --force build_docker"
ALL = [UP, PROVISION, CLEAN, PACKAGE, ADD, DESTROY]


class Site:
    """A folder with a Vagrantfile and the two stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        quiet = "#!/bin/sh\n"
        (folder / "pool").mkdir()
        (folder / "home").mkdir()
        programs = {"vagrant": VAGRANT, "pyinfra": PYINFRA, "virsh": VIRSH}
        for name in ("virt-sysprep", "virt-sparsify", "qemu-img"):
            programs[name] = quiet
        for name, text in programs.items():
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)
        (folder / "Vagrantfile").write_text((ROOT / "Vagrantfile").read_text())

    def start(self, *words: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if "DOCKWRIGHT" not in name}
        return subprocess.Popen(
            [sys.executable, "-c", DRIVER, self.folder / "bin/python", *words],
            cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**kept, "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
                 "PYTHONPATH": str(ROOT), "VAGRANT_HOME": str(self.folder / "home")},
        )  # fmt: skip

    def run(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def volume(self, name: str, size: int = 0, upon: str = "") -> Path:
        """A volume in libvirt's pool, as `virsh vol-dumpxml` tells of it."""
        backing = f"<backingStore><path>{upon}</path></backingStore>" if upon else ""
        path = self.folder / "pool" / name
        path.write_text(
            f"<volume type='file'><name>{name}</name><physical unit='bytes'>{size}</physical>"
            f"<target><path>/pool/{name}</path></target>{backing}</volume>"
        )
        return path

    def calls(self) -> list[str]:
        """What Vagrant and pyinfra were told since the last question."""
        path = self.folder / "calls"
        found = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return found

    def wait_for(self, name: str) -> None:
        until = time.monotonic() + 30
        while not (self.folder / name).exists():
            assert time.monotonic() < until, name
            time.sleep(0.05)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_all_steps_once_and_then_nothing(site: Site) -> None:
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (0, ALL), said
    assert "=== build docker 1/7 up: vagrant up build_docker" in said
    assert not (site.folder / "ubuntu-docker.box").exists()
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (0, [])
    assert said == ("box ubuntu-docker: built already, and nothing it is made from has changed\n")
    assert site.run("boxes", "build", "docker", "--rebuild")[0] == 0
    assert site.calls() == ALL


@pytest.mark.parametrize(
    ("broken", "before", "after"),
    [
        ("up", [UP], [DESTROY, *ALL]),
        ("pyinfra", [UP, PROVISION], ALL[1:]),
        # it is not known whether it went down, and came to forgetting its secrets
        ("package", ALL[:4], ALL[2:]),
        ("box", ALL[:5], ALL[4:]),
        ("destroy", ALL, ALL[5:]),
    ],
)
def test_a_step_that_failed_is_the_next_ones_first(
    site: Site, broken: str, before: list[str], after: list[str]
) -> None:
    (site.folder / f"fail-{broken}").touch()
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (1, before)
    assert "give the same command again: it goes on from there" in said
    (site.folder / f"fail-{broken}").unlink()
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (0, after), said


@pytest.mark.parametrize(
    ("broken", "before", "after"),
    [("up", [UP], [DESTROY, *ALL]), ("package", ALL[:4], [UP, *ALL[2:]])],
)
def test_killed_it_waits_for_what_still_runs_and_goes_on(
    site: Site, broken: str, before: list[str], after: list[str]
) -> None:
    block = site.folder / f"block-{broken}"
    block.touch()
    killed = site.start("boxes", "build", "docker")
    site.wait_for("blocked")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert site.calls() == before

    second = site.start("boxes", "build", "docker")
    assert second.stdout is not None
    assert "which a killed `dockwright boxes` left" in second.stdout.readline()
    assert site.calls() == []
    block.unlink()
    said, _ = second.communicate(timeout=60)
    assert (second.returncode, site.calls()) == (0, after), said


@pytest.mark.parametrize("broken", ["pyinfra", "package"])
def test_a_machine_that_is_gone_is_made_and_provisioned_anew(site: Site, broken: str) -> None:
    (site.folder / f"fail-{broken}").touch()
    assert site.run("boxes", "build", "docker")[0] == 1
    (site.folder / f"fail-{broken}").unlink()
    assert site.run("boxes", "destroy", "build_docker")[0] == 0
    site.calls()
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (0, ALL), said


def test_a_machine_that_did_not_come_up_again_is_made_and_provisioned_anew(site: Site) -> None:
    (site.folder / "fail-package").touch()
    assert site.run("boxes", "build", "docker")[0] == 1
    (site.folder / "state.build_docker").write_text("shutoff\n")
    (site.folder / "fail-up").touch()
    assert site.run("boxes", "build", "docker")[0] == 1
    (site.folder / "fail-package").unlink()
    (site.folder / "fail-up").unlink()
    site.calls()
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (0, [DESTROY, *ALL]), said


def test_a_packaged_file_that_is_gone_is_packaged_anew(site: Site) -> None:
    (site.folder / "fail-box").touch()
    assert site.run("boxes", "build", "docker")[0] == 1
    (site.folder / "fail-box").unlink()
    (site.folder / "ubuntu-docker.box").unlink()
    site.calls()
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (0, [UP, *ALL[2:]]), said


def test_a_docker_box_that_was_built_anew_is_another_base(site: Site) -> None:
    assert site.run("boxes", "build", "--all")[0] == 0
    assert "built already" in site.run("boxes", "build", "registry")[1]
    assert site.run("boxes", "build", "docker", "--rebuild")[0] == 0
    site.calls()
    assert site.run("boxes", "build", "registry")[0] == 0
    assert len(site.calls()) == len(ALL)


def test_half_a_box_of_a_killed_call_is_removed_from_vagrants_home(site: Site) -> None:
    ours, former = (site.folder / f"home/tmp/vagrant-package-{name}" for name in ("1", "2"))
    former.mkdir(parents=True)
    os.utime(former, (1.7e9, 1.7e9))
    (site.folder / "fail-package").touch()
    assert site.run("boxes", "build", "docker")[0] == 1
    ours.mkdir()
    (site.folder / "fail-package").unlink()
    status, said = site.run("boxes", "build", "docker")
    assert (status, ours.exists(), former.exists()) == (0, False, True), said


def test_disk_images_that_no_machine_can_use_are_deleted(site: Site) -> None:
    (site.folder / "boxes").write_text("bento/ubuntu-24.04\n")
    image = site.folder / "home/boxes/bento-VAGRANTSLASH-ubuntu-24.04/2024.1/libvirt/box.img"
    image.parent.mkdir(parents=True)
    image.write_bytes(b"12345678")
    stock = "bento-VAGRANTSLASH-ubuntu-24.04_vagrant_box_image_2024.1_box.img"
    half, elsewhere = site.volume(stock, 7), site.volume(f"my-{stock}", 7)
    other = site.volume("an installer's disk.iso", 7)
    former = site.volume("ubuntu-docker_vagrant_box_image_0_1700000000_box.img", 9)
    used = site.volume("ubuntu-docker_vagrant_box_image_0_1700000001_box.img", 9)
    disk = site.volume("docker.img", 1, upon=f"/pool/{used.name}")
    status, said = site.run("boxes", "build", "docker")
    assert status == 0, said
    assert f"libvirt: volume {half.name} deleted" in said
    assert f"libvirt: volume {former.name} deleted" in said
    assert [path.exists() for path in (half, former)] == [False, False]
    assert all(path.exists() for path in (elsewhere, other, used, disk))
    # once nothing stands on it, it goes too
    disk.unlink()
    assert site.run("boxes", "destroy", "docker")[0] == 0
    assert not used.exists()


def test_a_whole_image_stays(site: Site) -> None:
    (site.folder / "boxes").write_text("ubuntu-docker\n")
    image = site.folder / "home/boxes/ubuntu-docker/0/libvirt/box.img"
    image.parent.mkdir(parents=True)
    image.write_bytes(b"12345678")
    when = int(image.stat().st_mtime)
    whole = site.volume(f"ubuntu-docker_vagrant_box_image_0_{when}_box.img", 8)
    (site.folder / "changed").write_text('{"results": {"operations": []}}')
    assert site.run("boxes", "verify", "docker")[0] == 0
    assert whole.exists()


def test_another_stock_box_is_another_build(site: Site) -> None:
    (site.folder / "fail-pyinfra").touch()
    site.run("boxes", "build", "docker")
    (site.folder / "fail-pyinfra").unlink()
    text = (site.folder / "Vagrantfile").read_text()
    (site.folder / "Vagrantfile").write_text(text.replace("bento/ubuntu-24.04", "other"))
    site.calls()
    assert site.run("boxes", "build", "docker")[0] == 0
    assert site.calls() == [DESTROY, *ALL]


def test_the_registry_is_built_upon_the_docker_box(site: Site) -> None:
    status, said = site.run("boxes", "build", "registry")
    assert (status, site.calls()) == (1, [])
    assert "box ubuntu-docker: not built for libvirt; run `dockwright boxes build docker`" in said
    assert site.run("boxes", "build", "--all")[0] == 0
    assert len(site.calls()) == 2 * len(ALL)
    status, said = site.run("boxes", "list")
    assert said == "ubuntu-docker\tlibvirt\nubuntu-docker-registry\tlibvirt\n"


def test_the_address_is_in_use(site: Site) -> None:
    (site.folder / "state.docker").write_text("running\n")
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (1, [])
    assert "machine docker: running, at the address that build_docker has too" in said


@pytest.mark.parametrize("words", [("up",), ("verify", "docker")])
def test_the_address_is_in_use_by_the_machine_that_builds(site: Site, words: list[str]) -> None:
    (site.folder / "boxes").write_text("ubuntu-docker\nubuntu-docker-registry\n")
    (site.folder / "state.build_docker").write_text("running\n")
    status, said = site.run("boxes", *words)
    assert (status, site.calls()) == (1, [])
    assert "machine build_docker: running, at the address that docker has too" in said


@pytest.mark.parametrize("words", [("up",), ("verify", "docker")])
def test_a_box_for_another_provider(site: Site, words: list[str]) -> None:
    (site.folder / "boxes").write_text("ubuntu-docker\nubuntu-docker-registry\n")
    status, said = site.run("boxes", *words, "--provider", "virtualbox")
    assert (status, site.calls()) == (1, [])
    assert "box ubuntu-docker: not built for virtualbox, but for libvirt; say --provider" in said


def test_a_machine_that_another_call_made_meanwhile_is_not_destroyed(site: Site) -> None:
    (site.folder / "boxes").write_text("ubuntu-docker\nubuntu-docker-registry\n")
    (site.folder / "block-up").touch()
    first = site.start("boxes", "up")
    site.wait_for("blocked")
    second = site.start("boxes", "verify", "docker")
    assert second.stdout is not None
    assert "waiting for another `dockwright boxes`" in second.stdout.readline()
    (site.folder / "block-up").unlink()
    assert first.wait(60) == 0
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "machine docker: running, and is to be made from its box" in said
    assert (site.folder / "state.docker").exists()


def test_a_folder_of_somebody_elses_is_one_line(site: Site) -> None:
    (site.folder / ".vagrant").touch()
    status, said = site.run("boxes", "build", "docker")
    assert status == 1
    assert ".vagrant/dockwright: Not a directory; it must be yours to write in" in said
    assert "Traceback" not in said


def test_a_provider_that_can_not_be_packaged_for(site: Site) -> None:
    status, said = site.run("boxes", "build", "docker", "--provider", "docker")
    assert (status, site.calls()) == (1, [])
    assert "provider docker: not one that boxes are built with; use virtualbox or libvirt" in said
    status, said = site.run("boxes", "build", "docker", "--provider", "virtualbox")
    assert "provider virtualbox: no VBoxManage on this machine" in said


def test_up_without_a_box_names_the_way_to_it(site: Site) -> None:
    status, said = site.run("boxes", "up")
    assert (status, site.calls()) == (1, [])
    assert "box ubuntu-docker: Vagrant has none of that name; run `dockwright boxes build" in said
    (site.folder / "boxes").write_text("ubuntu-docker\nubuntu-docker-registry\n")
    assert site.run("boxes", "up")[0] == 0
    assert site.calls() == [
        "vagrant up registry --no-provision",
        "vagrant up docker --no-provision",
        "pyinfra -y --limit docker --limit registry inventories/vagrant.py deploy/site.py",
    ]


def test_a_drifted_machine_is_put_right_by_the_way_that_is_set(site: Site) -> None:
    assert site.run("boxes", "provision", "registry")[0] == 0
    assert site.calls() == [
        "pyinfra -y --limit registry inventories/vagrant.py deploy/registry_host.py"
    ]
    path = site.folder / "Vagrantfile"
    path.write_text(path.read_text().replace('_PROVISION", "host"', '_PROVISION", "guest"'))
    assert site.run("boxes", "provision", "registry")[0] == 0
    assert site.calls() == ["vagrant rsync registry", "vagrant provision registry"]


def test_a_box_that_is_not_as_declared_stays_up_to_be_looked_at(site: Site) -> None:
    operation = {"name": "Docker server | daemon.json", "success": ["docker"]}
    (site.folder / "changed").write_text(json.dumps({"results": {"operations": [operation]}}))
    (site.folder / "boxes").write_text("ubuntu-docker\n")
    up = "vagrant up docker --no-provision"
    deploy = "pyinfra -y --json --limit docker inventories/vagrant.py deploy/docker_host.py"
    status, said = site.run("boxes", "verify", "docker")
    assert (status, site.calls()) == (1, [up, deploy])
    assert "its box was not as declared: Docker server | daemon.json; build it again" in said
    status, said = site.run("boxes", "verify", "docker")
    assert (status, site.calls()) == (1, [])
    assert "machine docker: running, and is to be made from its box" in said

    assert site.run("boxes", "destroy", "docker")[0] == 0
    (site.folder / "changed").write_text('{"results": {"operations": []}}')
    site.calls()
    assert site.run("boxes", "verify", "docker")[0] == 0
    assert site.calls() == [up, deploy, "vagrant destroy --force docker"]


def test_status_shows_machines_and_builds(site: Site) -> None:
    (site.folder / "fail-package").touch()
    site.run("boxes", "build", "docker")
    _, said = site.run("boxes", "status")
    assert said.splitlines() == [
        "build_docker\trunning",
        "build_registry\tnot_created",
        "registry\tnot_created",
        "docker\tnot_created",
        "build of docker\t3 of 7 steps, in package",
    ]
