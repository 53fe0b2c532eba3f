"""`dockwright vagrant up`, `verify` and `provision`; Vagrant is a stand-in."""

import json
from pathlib import Path

import pytest

from tests.stand_in_vagrant import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


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
    assert "waiting for another `dockwright vagrant`" in second.stdout.readline()
    (site.folder / "block-up").unlink()
    assert first.wait(60) == 0
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "machine docker: running, and is to be made from its box" in said
    assert (site.folder / "state.docker").exists()


def test_up_without_a_box_names_the_way_to_it(site: Site) -> None:
    status, said = site.run("boxes", "up")
    assert (status, site.calls()) == (1, [])
    assert "box ubuntu-docker: Vagrant has none of that name; run `dockwright vagrant build" in said
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
