"""`dockwright vagrant build` goes on wherever it was broken off; Vagrant is a stand-in."""

import os
import signal
from pathlib import Path

import pytest

from tests.stand_in_vagrant import Site

UP = "vagrant up build_docker --no-provision --provider libvirt"
PROVISION = "pyinfra -y --limit build_docker inventories/vagrant.py deploy/docker_host.py"
CLEAN = "pyinfra -y --limit build_docker inventories/vagrant.py deploy/package.py"
PACKAGE = "vagrant package build_docker --output ubuntu-docker.box"
ADD = "vagrant box add --force --name ubuntu-docker ubuntu-docker.box"
DESTROY = "vagrant destroy --force build_docker"
ALL = [UP, PROVISION, CLEAN, PACKAGE, ADD, DESTROY]


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
    assert "which a killed `dockwright vagrant` left" in second.stdout.readline()
    assert site.calls() == []
    block.unlink()
    said, _ = second.communicate(timeout=60)
    assert (second.returncode, site.calls()) == (0, after), said


@pytest.mark.parametrize("broken", ["pyinfra", "package"])
def test_a_machine_that_is_gone_is_made_and_provisioned_anew(site: Site, broken: str) -> None:
    site.build_broken_off(broken)
    assert site.run("boxes", "destroy", "build_docker")[0] == 0
    site.calls()
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (0, ALL), said


def test_a_machine_that_did_not_come_up_again_is_made_and_provisioned_anew(site: Site) -> None:
    site.build_broken_off("package")
    (site.folder / "state.build_docker").write_text("shutoff\n")
    site.build_broken_off("up")
    site.calls()
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (0, [DESTROY, *ALL]), said


def test_a_packaged_file_that_is_gone_is_packaged_anew(site: Site) -> None:
    site.build_broken_off("box")
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
    site.build_broken_off("package")
    ours.mkdir()
    status, said = site.run("boxes", "build", "docker")
    assert (status, ours.exists(), former.exists()) == (0, False, True), said


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
    assert "box ubuntu-docker: not built for libvirt; run `dockwright vagrant build docker`" in said
    assert site.run("boxes", "build", "--all")[0] == 0
    assert len(site.calls()) == 2 * len(ALL)
    status, said = site.run("boxes", "list")
    assert said == "ubuntu-docker\tlibvirt\nubuntu-docker-registry\tlibvirt\n"


def test_the_address_is_in_use(site: Site) -> None:
    (site.folder / "state.docker").write_text("running\n")
    status, said = site.run("boxes", "build", "docker")
    assert (status, site.calls()) == (1, [])
    assert "machine docker: running, at the address that build_docker has too" in said


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
