"""Which file system is told of, and which one an error is about."""

import pytest

from dockwright.box.file_system import GIB, FileSystem, full_one, read, says_no_room

ROOT = FileSystem("/", "ext4", 20 * GIB, 10 * GIB, 1000000, 900000)
DATA = FileSystem("/var/lib/docker", "xfs", 100 * GIB, 60 * GIB, 0, 0, engine=True)
ETC = FileSystem("/etc", "tmpfs", GIB, GIB // 2, 1000, 500)
EMPTY = FileSystem("/srv", "ext4", GIB, 0, 1000, 500)


@pytest.mark.parametrize(
    ("text", "engine", "mount"),
    [
        ("write /var/lib/docker/overlay2/x: no space left on device", True, "/var/lib/docker"),
        # a path within an image
        ("Error processing tar file: write /big: no space left on device", True, "/var/lib/docker"),
        ("cp: error writing '/etc/x': No space left on device", False, "/etc"),
        ("write /etc/x: disk quota exceeded", False, "/etc"),
        ("/a.conf: not written: cat: write error: No space left on device", False, "/"),
    ],
)
def test_the_one_that_an_error_is_about(text: str, engine: bool, mount: str) -> None:
    assert says_no_room(text)
    found = full_one([ROOT, DATA, ETC], text, engine)
    assert found is not None
    assert found.mount == mount or found.left == min(one.left for one in (ROOT, DATA, ETC))


def test_one_with_nothing_left_is_meant_before_all_others() -> None:
    text = "write /etc/x: no space left on device"
    assert full_one([ROOT, DATA, ETC, EMPTY], text, engine=True) is EMPTY


def test_other_errors_are_none_of_this_kind() -> None:
    for text in ("connection refused", "device not found", "space"):
        assert not says_no_room(text)


@pytest.mark.parametrize(
    ("free", "inodes", "low"),
    [(3, 900, False), (1, 900, True), (3, 90, True), (0, 0, True)],
)
def test_one_is_low_by_its_blocks_or_its_inodes(free: int, inodes: int, low: bool) -> None:
    one = FileSystem("/x", "ext4", 20 * GIB, free * GIB, 1000, inodes)
    assert one.is_low(10, 5) is low


def test_a_large_one_has_room_with_few_percent_and_no_inodes_are_no_want_of_them() -> None:
    assert not FileSystem("/x", "btrfs", 9000 * GIB, 100 * GIB, 0, 0).is_low(10, 5)


def test_the_scarcer_stands_first() -> None:
    [one] = read(["tmpfs 98304 65536 500 0 /my docker"], "/my docker/data")
    assert str(one) == (
        "/my docker (tmpfs, the engine's data): 0 of 500 inodes and 64 MiB of 96 MiB left"
    )
