"""Boxes from a catalogue of one's own, by real Vagrant: the stock box that our command made.

The catalogue is served by a lab box; what it serves is tried in every run (tests/lab).
"""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.labs import catalogue_lab
from tests.lab.labs.catalogue_lab import URL, CatalogueLab, packed
from tests.vagrant.site import DOCKER, Site

NAME = "site/stock"
METADATA = f"{URL}/{NAME}/metadata.json"


@pytest.fixture(scope="module")
def catalogue(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogueLab]:
    state = tmp_path_factory.mktemp("catalogue")
    with catalogue_lab.served(state) as made:
        done = made.publish(site.stock, "1.0.0", name=NAME)
        assert (done.returncode, done.stdout.strip()) == (0, METADATA), done.stderr
        yield made


def _boxes(site: Site) -> list[str]:
    said = site.do("vagrant", "box", "list")
    return sorted(line for line in said.splitlines() if line.startswith(f"{NAME} "))


def _again(box: Path, to: Path) -> Path:
    """The same box with other bytes, as of a later build."""
    with tarfile.open(box) as former, tarfile.open(to, "w") as made:
        for entry in former:
            made.addfile(entry, former.extractfile(entry))
    return to


def test_vagrant_adds_a_box_by_the_catalogues_url(site: Site, catalogue: CatalogueLab) -> None:
    status, said = site.run("vagrant", "box", "add", METADATA, "--provider", "libvirt")
    assert status != 0 and "certificate" in said, "it is taken without its CA"
    with site.step("vagrant box add, of the catalogue"):
        site.do("vagrant", "box", "add", METADATA, "--provider", "libvirt",
                "--cacert", str(catalogue.ca))  # fmt: skip
    assert _boxes(site) == [f"{NAME} (libvirt, 1.0.0)"]


def test_vagrant_updates_it_where_there_is_a_later_version(
    site: Site, catalogue: CatalogueLab, tmp_path: Path
) -> None:
    update = ("vagrant", "box", "update", "--box", NAME, "--provider", "libvirt",
              "--cacert", str(catalogue.ca))  # fmt: skip
    assert "running the latest version" in site.do(*update)
    later = _again(site.stock, tmp_path / "later.box")
    other = packed(tmp_path / "virtualbox.box", "virtualbox")
    for box, version in ((later, "1.1.0"), (other, "1.1.0")):
        done = catalogue.publish(box, version, name=NAME)
        assert done.returncode == 0, done.stderr
    with site.step("vagrant box update, of the catalogue"):
        site.do(*update)
    assert f"{NAME} (libvirt, 1.1.0)" in _boxes(site)
    site.do("vagrant", "box", "add", METADATA, "--provider", "virtualbox", "--box-version",
            "1.1.0", "--cacert", str(catalogue.ca))  # fmt: skip
    assert _boxes(site) == [
        f"{NAME} (libvirt, 1.0.0)",
        f"{NAME} (libvirt, 1.1.0)",
        f"{NAME} (virtualbox, 1.1.0)",
    ]


def test_a_machine_of_the_vagrantfile_takes_its_box_from_it(
    site: Site, catalogue: CatalogueLab
) -> None:
    site.do("vagrant", "box", "remove", NAME, "--all", "--force")
    told = {
        "DOCKWRIGHT_CATALOGUE": URL,
        "DOCKWRIGHT_CATALOGUE_CA": str(catalogue.ca),
        "DOCKWRIGHT_DOCKER_BOX": NAME,
        "DOCKWRIGHT_PROVISION": "none",
        "DOCKWRIGHT_SYNC": "none",
    }
    site.run("vagrant", "destroy", "--force")
    with site.step("vagrant up docker, whose box is the catalogue's"):
        said = site.do("vagrant", "up", "docker", **told)
    assert METADATA in said
    assert _boxes(site) == [f"{NAME} (libvirt, 1.1.0)"]
    keys = site.host_keys(DOCKER)
    assert len(keys) >= 2
    said = site.do("vagrant", "ssh", "docker", "-c", "sudo -n id -un; hostname", **told)
    assert "root" in said and "docker" in said
    site.do("vagrant", "destroy", "--force", "docker", **told)
