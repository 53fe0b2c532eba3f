"""A site of its own, from the wheel and nothing of this checkout, with images of others.

Its registry is named without a port, so that it is at 443, and with a path; it has the image that
ships. Its own image is built upon one of others, which came from a file, and a leaf of it is only a
Procfile.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.labs.installed import install
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

LAB = OwnLab("others", "192.168.69.0/24", ("docker", "registry"))
DOCKER, REGISTRY = LAB.address("docker"), LAB.address("registry")
PLACE = "registry.corp.test/team"
USER = "robot$ci@corp.test"
FILES = {
    "inventories/site.py": """
from dockwright import lab

_boxes = lab.inventory()
for _name, _data in _boxes:
    _data["dockwright_hostname"] = f"{_name}.corp.test"

docker_hosts = [box for box in _boxes if box[0] == "docker"]
registry_hosts = [box for box in _boxes if box[0] == "registry"]
""",
    "inventories/group_data/all.py": f"""
dockwright_base_source = "bootstrap"
dockwright_registry = {PLACE!r}
dockwright_registry_user = {USER!r}
dockwright_externals = ["docker.io/library/postgres:16"]
""",
    "deploy/hosts.py": """
from dockwright.deploys import docker_host, registry_host

docker_host()
registry_host()
""",
    "deploy/site.py": """
from dockwright.deploys import docker_host, images, leaves, registry_host

docker_host()
registry_host()
images()
leaves()
""",
    "images/web/Dockerfile": "FROM postgres:16\nCOPY page /page\n",
    "images/web/page": "one\n",
    "images/web/Procfile": "web: docker run -p 8000:80 web /usr/bin/sleep 3600\n",
    "images/side/Dockerfile": f"FROM {PLACE}/tools:1\nCOPY file /file\n",
    "images/side/file": "side\n",
    "images/db/Procfile": "db: docker run -v data:/data -v /srv/db:/srv postgres:16 /usr/bin/sleep "
    "3600\n",
    "images/db/box.py": """
from pyinfra.operations import files

files.directory(name="folder of the database", path="/srv/db", mode="700")
""",
}
# an image from nothing but a box's own files
IMPORT = (
    "sudo tar -C / -c usr/bin/sleep lib lib64 usr/lib64 usr/lib/x86_64-linux-gnu/libc.so.6 "
    "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 | sudo docker import - {name} >/dev/null"
)


class Site(SiteLab):
    """A folder with a site, and the commands of a wheel that is installed beside it."""

    def __init__(self, state: Path) -> None:
        super().__init__(state, LAB.name)
        self.folder, self.bin = state / "site", state / "venv/bin"
        self.environment["PATH"] = f"{self.bin}:/usr/bin:/bin:/usr/sbin:/sbin"
        self.environment["DOCKWRIGHT_INVENTORY"] = "inventories/site.py"

    def make(self) -> None:
        for name, text in FILES.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        install(self.state)

    def dockwright(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.bin / "dockwright", *words],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=900,
            check=False,
        )  # fmt: skip

    def apply(self, deploy: str) -> "subprocess.CompletedProcess[str]":
        done = self.dockwright("apply", "inventories/site.py", f"deploy/{deploy}.py", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def plan(self) -> dict[str, list[str]]:
        """What would change, by box."""
        done = self.dockwright("plan", "inventories/site.py", "deploy/site.py", "--json")
        assert done.returncode in (0, 2), done.stdout + done.stderr
        found: dict[str, list[str]] = {}
        for box in json.loads(done.stdout)["boxes"]:
            for one in box["operations"]:
                if one["status"] in ("change", "unknown"):
                    found.setdefault(box["box"], []).append(one["name"])
        return found

    def root(self, address: str, line: str) -> str:
        return self.ssh(address, f"sudo sh -c '{line}'")

    def saved(self, image: str) -> Path:
        """What `docker save` writes of an image of the box, which then has it no more."""
        file = self.state / "saved.tar"
        line = f"sudo docker save {image} && sudo docker rmi -f {image} >&2"
        with file.open("wb") as out:
            subprocess.run(self._ssh(DOCKER, line), stdout=out, check=True, timeout=120)
        return file

    def catalog(self) -> list[str]:
        password = self.ssh(REGISTRY, "sudo cat /etc/dockwright/registry.password")
        asked = f"curl -sS --cacert /dev/stdin -u '{USER}:{password}' https://registry.corp.test"
        authority = self.ssh(REGISTRY, "sudo cat /etc/dockwright/ca/ca.crt")
        said = self.ssh(REGISTRY, f"{asked}/v2/_catalog", stdin=f"{authority}\n")
        return list(json.loads(said)["repositories"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    state = tmp_path_factory.mktemp("others")
    with LAB.up(state):
        made = Site(state)
        made.make()
        made.ssh(
            REGISTRY,
            "sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "
            "--no-install-recommends curl",
        )
        yield made


def test_the_registrys_image_ships_and_nothing_of_the_example_is_made(site: Site) -> None:
    site.apply("hosts")
    assert site.catalog() == ["team/debian", "team/registry"]
    run = site.root(REGISTRY, "docker inspect -f {{.State.Health.Status}} registry.web.1")
    assert run == "healthy"
    assert site.root(DOCKER, "docker image ls -q") == ""
    for box, folders in ((DOCKER, ""), (REGISTRY, "registry")):
        assert site.ssh(box, "ls /srv; getent passwd stash; true") == folders
        assert "vagrant" not in site.ssh(box, "getent group docker")


def test_an_unknown_image_is_an_error_before_anything_is_changed(site: Site) -> None:
    dockerfile = site.folder / "images/web/Dockerfile"
    former = dockerfile.read_text()
    dockerfile.write_text("FROM mysql:8\n")
    done = site.dockwright("plan", "inventories/site.py", "deploy/site.py")
    dockerfile.write_text(former)
    assert done.returncode == 1
    assert "images/web/Dockerfile:1: mysql:8: no image folder of that name" in done.stderr
    assert "FROM docker.io/library/mysql:8" in done.stderr


def test_images_come_from_files_and_from_a_box(site: Site) -> None:
    site.ssh(DOCKER, IMPORT.format(name="postgres:16"))
    saved = site.saved("postgres:16")
    written = site.state / "oci.tar"
    if shutil.which("skopeo"):
        target = f"oci-archive:{written}:docker.io/library/postgres:16"
        copy = ["skopeo", "--insecure-policy", "copy", "-q", f"docker-archive:{saved}", target]
        subprocess.run(copy, check=True, timeout=120)
    else:
        written = saved
    wrong = site.dockwright("images", "mirror", "mysql:8", "--from", str(saved))
    assert wrong.returncode == 1
    assert "holds postgres:16, and not mysql:8" in wrong.stderr
    done = site.dockwright("images", "mirror", "postgres:16", "--from", str(written))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{PLACE}/postgres:16@sha256:")
    again = site.dockwright("images", "mirror", "docker.io/postgres:16", "--from", str(written))
    assert again.stdout == done.stdout
    assert site.dockwright("images", "mirror", "postgres:16", "--from", str(saved)).returncode == 0
    # no hub is in reach
    absent = site.dockwright("images", "mirror", "redis:7")
    assert absent.returncode == 1
    assert "--from FILE" in absent.stderr
    # what a box has is pushed from there
    site.ssh(DOCKER, IMPORT.format(name="tools:1"))
    done = site.dockwright("images", "mirror", "tools:1")
    assert done.returncode == 0, done.stderr
    assert f"FROM {PLACE}/tools:1 names it; for FROM tools:1" in done.stdout
    assert "has it already, see --refresh" in site.dockwright("images", "mirror", "tools:1").stdout
    assert {"team/postgres", "team/tools"} <= set(site.catalog())
    site.root(DOCKER, "docker rmi -f $(docker image ls -q)")
    listed = site.root(DOCKER, "tail -n 1 /var/log/dockwright/runs.jsonl")
    assert json.loads(listed)["deploy"] == "mirror of tools:1"


def test_they_are_built_upon_and_run_and_the_second_run_changes_nothing(site: Site) -> None:
    site.apply("site")
    assert site.plan() == {}
    assert "changed on" not in site.apply("site").stdout
    for name in ("db.db.1", "web.web.1"):
        line = f"docker inspect -f {{{{.State.Running}}}}:{{{{.Config.Image}}}} {name}"
        running, _, image = site.root(DOCKER, line).partition(":")
        repository = {"db": "postgres", "web": "web"}[name.partition(".")[0]]
        assert running == "true"
        assert image.startswith(f"{PLACE}/{repository}@sha256:")
    layers = {
        name: site.root(DOCKER, f"docker inspect -f {{{{.RootFS.Layers}}}} {name}")[1:-1].split()
        for name in ("postgres:16", "web", f"{PLACE}/tools:1", "side")
    }
    assert layers["web"][:-1] == layers["postgres:16"]
    assert layers["side"][:-1] == layers[f"{PLACE}/tools:1"]
    # the box builds upon nothing of the distribution, and made no base
    assert site.root(DOCKER, "docker image ls -q debian") == ""
    assert site.ssh(DOCKER, "stat -c %a:%U /srv/db") == "700:root"
    assert site.ssh(REGISTRY, "ls /srv") == "registry"


@pytest.mark.long
def test_a_port_that_changes_builds_nothing(site: Site) -> None:
    procfile = site.folder / "images/web/Procfile"
    procfile.write_text(procfile.read_text().replace("8000", "8001"))
    assert site.dockwright("images", "plan", "--box", "docker").returncode == 0
    assert site.plan() == {"docker": ["Leaves | web: boot job"]}
    built = site.root(DOCKER, "docker inspect -f {{.Id}} web")
    site.apply("site")
    assert site.root(DOCKER, "docker inspect -f {{.Id}} web") == built
    assert site.root(DOCKER, "docker port web.web.1 80") == f"{DOCKER}:8001"
    assert site.plan() == {}


@pytest.mark.long
def test_what_leaves_need_of_their_box_is_planned_and_put_right(site: Site) -> None:
    site.root(DOCKER, "chmod 755 /srv/db")
    assert site.plan() == {"docker": ["Leaves | db/box.py | folder of the database"]}
    site.apply("site")
    assert site.ssh(DOCKER, "stat -c %a /srv/db") == "700"


@pytest.mark.long
def test_an_image_that_moves_in_the_registry_is_built_upon_anew(site: Site) -> None:
    site.ssh(DOCKER, "touch /tmp/newer")
    site.ssh(DOCKER, IMPORT.format(name="postgres:16").replace("-c ", "-c tmp/newer "))
    done = site.dockwright("images", "mirror", "--refresh", "postgres:16")
    assert done.returncode == 1  # it would be pulled from the hub
    saved = site.saved("postgres:16")
    assert site.dockwright("images", "mirror", "postgres:16", "--from", str(saved)).returncode == 0
    before = site.root(DOCKER, "docker inspect -f {{.Id}} web")
    planned = site.plan()["docker"]
    assert "Images | images of others" in planned
    assert "Images | chain of images" in planned
    site.apply("site")
    assert site.root(DOCKER, "docker inspect -f {{.Id}} web") != before
    assert site.plan() == {}
