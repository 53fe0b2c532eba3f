"""The beginning of a disk, by the reading of others: fdisk's."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from dockwright.vagrant.stock.disk import SECTOR, START, beginning


def test_sfdisk_finds_one_bootable_partition_to_the_end_of_the_disk(tmp_path: Path) -> None:
    if shutil.which("sfdisk", path="/usr/sbin:/sbin:/usr/bin") is None:
        pytest.skip("sfdisk, the oracle, is not on this machine")
    sectors = (20 << 30) // SECTOR
    disk = tmp_path / "disk"
    disk.write_bytes(beginning(b"\x01" * 512, b"core", sectors, 0xCAFEF00D))
    with disk.open("r+b") as file:
        file.truncate(sectors * SECTOR)
    said = subprocess.run(["/usr/sbin/sfdisk", "--json", disk], capture_output=True, check=True)
    table = json.loads(said.stdout)["partitiontable"]
    assert (table["label"], table["id"]) == ("dos", "0xcafef00d")
    [partition] = table["partitions"]
    assert (partition["start"], partition["size"]) == (START, sectors - START)
    assert (partition["type"], partition["bootable"]) == ("83", True)


def test_grubs_program_stands_before_the_table_and_its_second_part_behind_it() -> None:
    made = beginning(b"\x01" * 512, b"core", 1 << 20, 1)
    assert made[:440] == b"\x01" * 440
    assert made[440:444] == b"\x01\0\0\0"
    assert made[SECTOR : SECTOR + 4] == b"core"
    with pytest.raises(ValueError, match="grub takes"):
        beginning(b"", b"x" * (START * SECTOR), 1 << 20, 1)
