"""Each box lost, as docs/how-to/lost-and-found.md has it: what is gone with it, what comes back.

``app`` builds and runs ``front``, which keeps nothing; ``data`` runs ``notes``, which has a volume;
``hub`` keeps the registry. A box that is lost is emptied: a new machine at its address.
"""

from collections.abc import Iterator

import pytest

from tests.lab.labs import made_anew
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

LAB = OwnLab("lostbox", "192.168.98.0/24", ("app", "data", "hub"), packages=WITH_ENGINE)
FRONT = "web: docker run --stop-timeout 1 -p 8000:8000 front"
NOTES = "web: docker run --stop-timeout 1 -p 8001:8001 -v notes:/www notes"
PAGE = "/var/lib/docker/volumes/notes/_data/index.html"
# as the page tells it
OF_REGISTRY = "etc/dockwright srv/registry"
OF_DATA = "etc/dockwright var/lib/docker/volumes/notes"


class Lost(OwnSite):
    def root(self, box: str, script: str) -> str:
        return self.ssh(self.boxes[box], "sudo sh -s", stdin=script)

    def lose(self, *boxes: str) -> None:
        for box in boxes:
            self.root(box, made_anew.SCRIPT)

    def backup(self, box: str, folders: str, unit: str) -> None:
        """The page's own lines; the copy lies on the box, where nothing of ours looks."""
        self.root(
            box,
            f"systemctl stop {unit}\ntar -C / -czf /root/backup.tar.gz {folders}\n"
            f"systemctl start {unit}",
        )

    def unpack(self, box: str) -> None:
        self.root(box, "tar -C / -xzpf /root/backup.tar.gz")

    def shown(self, box: str, port: int) -> str:
        return self.page(f"http://{self.boxes[box]}:{port}/")[1].strip()

    def repositories(self) -> set[str]:
        folder = "/srv/registry/docker/registry/v2/repositories"
        return set(self.root("hub", f"ls {folder}").split())

    def certificate(self) -> str:
        return self.root("hub", "cat /etc/dockwright/ca/ca.crt")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    state = tmp_path_factory.mktemp("lost")
    with LAB.up(state):
        made = Lost(LAB, state, ("hub",))
        made.furnish("app")
        made.write({"app": ["front"], "data": ["notes"], "hub": []})
        made.data(
            dockwright_base_source="bootstrap",
            dockwright_wait_seconds=30,
            dockwright_steady_seconds=1,
        )
        made.leaf("front", FRONT, *COPY, server(8000))
        made.leaf("notes", NOTES, *COPY, server(8001))
        done = made.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        made.root("app", "docker tag front:latest byhand:1")
        assert made.dockwright("images", "mirror", "byhand:1").returncode == 0
        yield made


@pytest.mark.long
def test_the_builders_and_one_that_keeps_nothing(site: Lost) -> None:
    before, images = site.started("data", "hub"), site.repositories()
    site.lose("app")
    _, done = site.as_planned()
    assert "images to build" not in done.stdout + done.stderr
    assert site.shown("app", 8000) == "front"
    assert site.started("data", "hub") == before
    assert site.repositories() == images


@pytest.mark.long
def test_the_registrys_with_a_backup(site: Lost) -> None:
    before, images, authority = site.started("app", "data"), site.repositories(), site.certificate()
    assert "byhand" in images
    site.backup("hub", OF_REGISTRY, "dockwright-registry.target")
    site.lose("hub")
    site.unpack("hub")
    site.as_planned()
    assert site.repositories() == images
    assert site.certificate() == authority
    assert site.started("app", "data") == before


@pytest.mark.long
def test_the_registrys_without_one(site: Lost) -> None:
    before, images, authority = site.started("app", "data"), site.repositories(), site.certificate()
    site.lose("hub")
    site.as_planned()
    # what the builder has is there again, by the same digests; of others nothing is left
    assert site.repositories() == images - {"byhand"}
    assert site.certificate() != authority
    assert site.started("app", "data") == before


@pytest.mark.long
def test_one_with_data_with_a_backup(site: Lost) -> None:
    before = site.started("app", "hub")
    site.root("data", f"echo written >{PAGE}")
    site.backup("data", OF_DATA, "dockwright-notes.target")
    site.root("data", f"echo later >{PAGE}")
    site.lose("data")
    assert site.apply("--limit", "data", "--only", "Docker server").returncode == 0
    site.unpack("data")
    site.root("data", "systemctl restart docker")
    site.as_planned()
    assert site.shown("data", 8001) == "written"  # and not what came behind the backup
    assert site.started("app", "hub") == before


@pytest.mark.long
def test_two_at_once_and_data_without_a_backup(site: Lost) -> None:
    before = site.started("app")
    site.lose("data", "hub")
    site.as_planned()
    assert site.shown("data", 8001) == "notes"  # the image's own: what was written is lost
    assert site.shown("app", 8000) == "front"
    assert site.started("app") == before
