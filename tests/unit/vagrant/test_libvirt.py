"""Disk images in libvirt's pool: only what no machine can use is deleted."""

from pathlib import Path

import pytest

from tests.stand_in_vagrant import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


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
