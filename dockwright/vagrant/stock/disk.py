"""The first bytes of a disk that a PC's firmware boots: grub, and a table with one partition."""

from __future__ import annotations

import struct

SECTOR = 512
START = 2048  # sectors before the partition, where grub's second part is
_CODE = 440  # bytes of the boot sector that are a program
_LINUX = 0x83
_BOOTABLE = 0x80
# The oldest way of addressing, which no machine of these days reads
_BEYOND = b"\xfe\xff\xff"


def beginning(boot: bytes, core: bytes, sectors: int, signature: int) -> bytes:
    """The disk up to its one partition.

    Args:
        boot: grub's ``boot.img``.
        core: what grub-mkimage made; it stands right behind the first sector.
        sectors: of the whole disk.
        signature: the disk's own number.

    Raises:
        ValueError: grub does not fit.

    Example:
        >>> made = beginning(bytes(512), b"core", 4096, 7)
        >>> made[510:512], len(made) == START * SECTOR
        (b'U\\xaa', True)
    """
    if len(core) > (START - 1) * SECTOR:
        raise ValueError(f"grub takes {len(core)} bytes, and {(START - 1) * SECTOR} are there")
    entry = struct.pack("<B3sB3sII", _BOOTABLE, _BEYOND, _LINUX, _BEYOND, START, sectors - START)
    table = struct.pack("<IH", signature, 0) + entry + bytes(48) + b"\x55\xaa"
    first = boot[:_CODE].ljust(_CODE, b"\0") + table
    return (first + core).ljust(START * SECTOR, b"\0")
