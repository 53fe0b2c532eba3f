"""Image chef-client and the image that it furnishes, looked into by docker run."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.lab.labs.package_index import authority, lay_out, served
from tests.lab.labs.site_lab import DOCKER, ROOT, SiteLab, inventory_with

CONTROLLER = f"{DOCKER.rpartition('.')[0]}.1"  # the lab's bridge: this machine
PYINFRA = f"pyinfra: v{version('pyinfra')}"  # by constraints.txt, here and in the wheelhouse
NO_WHEELS = shutil.ignore_patterns("*.whl", ".partial-*")
# the chain as a site has it, built and not pushed: what these tests build stays on its box
BUILD = """
from dockwright.deploys.base import build_arguments
from dockwright.deploys.box import builder, this_box
from dockwright.operations import image

box = this_box()
if box.name == builder():
    image.chain(path=box.settings.images, only=[{only!r}], args=build_arguments(box))
"""


def test_it_has_pyinfra(site: SiteLab) -> None:
    assert site.ssh(DOCKER, "docker run --rm chef-client pyinfra --version") == PYINFRA


def test_what_only_installs_it_stayed_behind(site: SiteLab) -> None:
    found = site.ssh(DOCKER, "docker run --rm chef-client ls /tmp /opt/pyinfra/bin")
    assert "pyinfra" in found
    assert "wheelhouse" not in found
    assert "pip" not in found.split()


def test_the_example_has_what_its_deploy_declares(site: SiteLab) -> None:
    inside = "docker run --rm --network none pyinfra-example"
    assert (
        site.ssh(DOCKER, f"{inside} id")
        == "uid=5001(courier) gid=5001(courier) groups=5001(courier)"
    )
    assert site.ssh(DOCKER, f"{inside} stat -c '%a %U %G' /srv/courier") == "700 courier courier"
    assert site.ssh(DOCKER, f"{inside} ls /usr/bin/rsync /usr/bin/ssh") == (
        "/usr/bin/rsync\n/usr/bin/ssh"
    )
    assert site.ssh(DOCKER, f"{inside} ls /var/lib/apt/lists") == ""
    settings = site.ssh(DOCKER, f"{inside} ssh -G docker.vagrant")
    assert {"batchmode yes", "connecttimeout 10"} <= set(settings.splitlines())
    assert "batchmode no" in site.ssh(DOCKER, f"{inside} ssh -G example.org").splitlines()


def test_a_second_run_of_its_deploy_finds_nothing_to_do(site: SiteLab) -> None:
    said = site.ssh(
        DOCKER,
        "docker run --rm --network none --user 0:0 --workdir /usr/local/share/pyinfra-example "
        "pyinfra-example pyinfra -y @local deploy.py 2>&1",
    )
    assert said.count("No changes") == 5
    assert "Success\n" not in said


@dataclass
class Outside:
    """What a site reaches through its own CA: an index, a package of Cinc."""

    url: str
    ca: Path
    deb: Path
    images: Path
    folder: Path

    def build(self, site: SiteLab, image: str, **data: Any) -> dict[str, Any]:
        """Build ``image`` and what it comes from, with further data of the site."""
        deploy = self.folder / "build.py"
        deploy.write_text(BUILD.format(only=image))
        given = {f"dockwright_{key}": value for key, value in data.items()}
        given["dockwright_images"] = str(self.images)
        return site.pyinfra(str(deploy), inventory=inventory_with(self.folder, str(given)))

    def index(self) -> dict[str, str]:
        return {"PIP_INDEX_URL": f"{self.url}/simple"}


@pytest.fixture(scope="module")
def outside(site: SiteLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder = tmp_path_factory.mktemp("outside")
    wheels = ROOT / "images/chef-client/wheelhouse"
    lay_out(folder / "www", wheels)
    (folder / "deb/DEBIAN").mkdir(parents=True)
    (folder / "deb/DEBIAN/control").write_text(
        "Package: cinc\nVersion: 1\nArchitecture: all\nMaintainer: tests\nDescription: tests'\n"
    )
    client = folder / "deb/usr/bin/cinc-client"
    client.parent.mkdir(parents=True)
    client.write_text("#!/bin/sh\necho 'Cinc of the tests'\n")
    client.chmod(0o755)
    deb = folder / "www/cinc.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "--build", folder / "deb", deb],
        check=True,
        capture_output=True,
    )
    images = folder / "images"
    shutil.copytree(ROOT / "images/my-ubuntu", images / "my-ubuntu")
    # the base once more, under a name of its own: the site's has been built without this CA
    shutil.copytree(ROOT / "images/my-ubuntu", images / "trusting")
    for name, base in (("client-of-my-ubuntu", "my-ubuntu"), ("client-of-trusting", "trusting")):
        copied = shutil.copytree(ROOT / "images/chef-client", images / name, ignore=NO_WHEELS)
        dockerfile = Path(copied) / "Dockerfile"
        dockerfile.write_text(dockerfile.read_text().replace("FROM my-ubuntu", f"FROM {base}"))
    ca = authority(folder, CONTROLLER)
    try:
        with served(folder / "www", folder, CONTROLLER) as url:
            yield Outside(url, ca, deb, images, folder)
    finally:
        names = "trusting client-of-my-ubuntu client-of-trusting"
        site.ssh(
            DOCKER,
            f"for name in {names}; do docker images -q $name; done | sort -u | "
            "xargs -r docker image rm -f",
            check=False,
        )


def test_a_build_trusts_the_index_of_the_site_by_the_sites_ca_alone(
    site: SiteLab, outside: Outside
) -> None:
    failed = outside.build(site, "client-of-my-ubuntu", build_args=outside.index())
    assert failed["status"] == 1
    assert "certificate verify failed" in failed["said"].lower()
    assert "pyinfra cannot be had for Python 3.11" in failed["said"]
    done = outside.build(
        site, "client-of-trusting", build_args=outside.index(), ca_certificates=[str(outside.ca)]
    )
    assert done["status"] == 0, done["said"]
    run = "docker run --rm client-of-trusting pyinfra --version"
    assert site.ssh(DOCKER, run) == PYINFRA


def test_upstream_installs_what_has_the_sum_and_nothing_else(
    site: SiteLab, outside: Outside
) -> None:
    args = {"CHEF_URL": f"{outside.url}/cinc.deb", "CHEF_SHA256": "0" * 64}
    common = {"flavour": "upstream", "ca_certificates": [str(outside.ca)]}
    failed = outside.build(site, "client-of-trusting", build_args=args, **common)
    assert failed["status"] == 1
    found = hashlib.sha256(outside.deb.read_bytes()).hexdigest()
    assert f"its SHA-256 is {found} and CHEF_SHA256 is {'0' * 64}" in failed["said"]
    args["CHEF_SHA256"] = found
    done = outside.build(site, "client-of-trusting", build_args=args, **common)
    assert done["status"] == 0, done["said"]
    inside = "docker run --rm client-of-trusting sh -c 'cinc-client; command -v pyinfra || true'"
    assert site.ssh(DOCKER, inside) == "Cinc of the tests"


def test_a_box_trusts_the_index_by_the_sites_ca_alone(site: SiteLab, outside: Outside) -> None:
    question = f"curl -sS -o /dev/null -w '%{{http_code}}' {outside.url}/simple/pyinfra/ 2>&1"
    assert "certificate" in site.ssh(DOCKER, question, check=False)
    data = str({"dockwright_ca_certificates": [str(outside.ca)]})
    inventory = inventory_with(outside.folder, data)
    assert site.pyinfra("deploy/docker_host.py", "--limit", "docker", inventory=inventory)[
        "changes"
    ]
    assert site.ssh(DOCKER, question) == "200"
    # and as it was
    assert site.pyinfra("deploy/docker_host.py", "--limit", "docker")["changes"]
    assert "certificate" in site.ssh(DOCKER, question, check=False)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, "chef-client/wheelhouse: no wheels in it; run `dockwright wheelhouse "),
        (
            {"dockwright_flavour": "upstream"},
            "CHEF_URL: not given, and flavour upstream of chef-client is fetched by it",
        ),
    ],
    ids=["wheels", "arguments of upstream"],
)
def test_what_is_missing_is_said_before_anything_is_built(
    site: SiteLab, tmp_path: Path, data: dict[str, str], expected: str
) -> None:
    images = tmp_path / "images"
    for name in ("my-ubuntu", "chef-client"):
        shutil.copytree(ROOT / "images" / name, images / name, ignore=NO_WHEELS)
    inventory = inventory_with(tmp_path, str({"dockwright_images": str(images), **data}))
    done = site.pyinfra("deploy/images.py", inventory=inventory)
    assert done["status"] == 1
    assert expected in done["said"]
    assert "Starting operation" not in done["said"]
