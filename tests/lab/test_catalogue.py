"""A catalogue of packaged boxes: what is published is served, whole or not at all."""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.labs import catalogue_lab
from tests.lab.labs.catalogue_lab import FOLDER, URL, CatalogueLab, packed

METADATA = f"{URL}/site/docker/metadata.json"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogueLab]:
    with catalogue_lab.served(tmp_path_factory.mktemp("catalogue")) as made:
        yield made


@pytest.fixture(scope="module")
def first(lab: CatalogueLab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A box that is published as 1.2.0."""
    box = packed(tmp_path_factory.mktemp("box") / "a.box", "libvirt")
    done = lab.publish(box, "1.2.0")
    assert (done.returncode, done.stdout.strip()) == (0, METADATA), done.stderr
    return box


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _providers(lab: CatalogueLab) -> list[tuple[str, str, str, str]]:
    """Version, provider, URL and checksum, in the metadata's order."""
    raw: dict[str, Any] = json.loads(lab.fetch(METADATA))
    assert raw["name"] == "site/docker"
    return [
        (version["version"], one["name"], one["url"], one["checksum"])
        for version in raw["versions"]
        for one in version["providers"]
    ]


def test_folder_and_certificate_are_made_once(lab: CatalogueLab) -> None:
    assert lab.deploy()["changed"] == []
    assert lab.root(f"stat -c '%a %u:%g' {FOLDER} /etc/dockwright/catalogue/tls.key").split() == [
        "755", "0:0", "640", "0:60804",
    ]  # fmt: skip


def test_what_is_served_is_what_was_published(
    lab: CatalogueLab, first: Path, tmp_path: Path
) -> None:
    [(version, provider, url, checksum)] = _providers(lab)
    assert (version, provider, checksum) == ("1.2.0", "libvirt", _sum(first))
    assert lab.fetch(url, tmp_path / "fetched") == checksum
    # Vagrant knows a catalogue by its type, and asks for the head alone
    assert lab.status("site/docker/metadata.json", "--head") == "200 application/json"
    assert lab.status(url.removeprefix(f"{URL}/"), "--head").startswith("200 application/octet")
    for path in (".lock", "site/../.lock", ".upload.box"):
        assert lab.status(path, "--path-as-is").split()[0] in ("404", "400")
    assert lab.status("site/docker/metadata.json", "-X", "DELETE").split()[0] == "403"
    before = lab.files()
    again = lab.publish(first, "1.2.0")
    assert again.returncode == 0 and "there already" in again.stderr
    assert lab.files() == before


def test_an_upload_that_is_killed_leaves_the_catalogue_as_it_was(
    lab: CatalogueLab, first: Path, tmp_path: Path
) -> None:
    before = lab.files()
    large = packed(tmp_path / "large.box", "libvirt", 400 << 20)
    with lab.start(*lab.argv(large, "1.3.0")) as running:
        until = time.monotonic() + 60
        while not lab.root(f"test ! -s {FOLDER}/.upload.box || echo begun"):
            assert running.poll() is None and time.monotonic() < until
        running.kill()
    until = time.monotonic() + 20
    while ".upload" in lab.files() and time.monotonic() < until:
        time.sleep(0.3)
    assert lab.files() == before
    done = lab.publish(large, "1.3.0")
    assert done.returncode == 0, done.stderr
    assert [(one[0], one[3]) for one in _providers(lab)] == [
        ("1.2.0", _sum(first)),
        ("1.3.0", _sum(large)),
    ]


def test_versions_and_providers_stand_beside_each_other(
    lab: CatalogueLab, first: Path, tmp_path: Path
) -> None:
    other, later = packed(tmp_path / "b.box", "virtualbox"), packed(tmp_path / "c.box", "libvirt")
    for box, version in ((later, "1.10.0"), (other, "1.2.0")):
        done = lab.publish(box, version)
        assert done.returncode == 0, done.stderr
    found = [one for one in _providers(lab) if one[0] != "1.3.0"]
    assert [(version, provider) for version, provider, _, _ in found] == [
        ("1.2.0", "libvirt"),
        ("1.2.0", "virtualbox"),
        ("1.10.0", "libvirt"),
    ]
    for (_, _, url, checksum), box in zip(found, (first, other, later), strict=True):
        assert checksum == _sum(box)
        assert lab.fetch(url, tmp_path / "fetched") == checksum


def test_a_version_keeps_its_bytes_unless_one_says_so(
    lab: CatalogueLab, first: Path, tmp_path: Path
) -> None:
    before, other = lab.files(), packed(tmp_path / "other.box", "libvirt")
    refused = lab.publish(other, "1.2.0")
    assert refused.returncode == 1
    assert "the catalogue has other bytes of it" in refused.stderr
    same = lab.publish(other, "1.2")
    assert (same.returncode, "the catalogue has it as 1.2.0" in same.stderr) == (1, True)
    assert lab.files() == before
    done = lab.publish(other, "1.2.0", "--force")
    assert done.returncode == 0, done.stderr
    assert _sum(first) not in lab.files()
    assert lab.publish(first, "1.2.0", "--force").returncode == 0


def test_what_cannot_be_is_one_line_and_changes_nothing(lab: CatalogueLab, first: Path) -> None:
    before = lab.files()
    for box, version, name, why in (
        (first, "1.2.0", "docker", "--name docker: no name of a box"),
        (first, "latest", "site/docker", "--version latest: no version"),
        (lab.ca, "1.2.0", "site/docker", "no box of Vagrant's"),
        (Path("none.box"), "1.2.0", "site/docker", "none.box: no such file"),
    ):
        done = lab.publish(box, version, name=name)
        assert done.returncode == 1 and why in done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
    lab.root(f"systemd-run --quiet --unit holds flock {FOLDER}/.lock sleep 60; sleep 0.3")
    done = lab.publish(first, "9.0")
    lab.root("systemctl stop holds")
    assert done.returncode == 1 and "somebody else publishes there" in done.stderr
    text = lab.inventory.read_text()
    lab.inventory.write_text(text.replace(f"{URL!r}", "None"))
    done = lab.publish(first, "9.0")
    lab.inventory.write_text(text)
    assert done.returncode == 1 and "inventory: no dockwright_catalogue" in done.stderr
    assert lab.files() == before
