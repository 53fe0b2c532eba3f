"""Amounts as ``docker run`` takes them, in the units that the engine's API wants."""

import re
from decimal import Decimal

from dockwright.errors import DockwrightError

# go-units' RAMInBytes: powers of 1024, whatever the spelling
_BYTES = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?) ?(?P<unit>[kmgtp])?(?:i?b)?", re.IGNORECASE)
_UNITS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_DURATION = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>ns|us|µs|ms|s|m|h)")
_NANOSECONDS = {
    **{"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6},
    **{"s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9},
}
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def in_bytes(text: str, where: str) -> int:
    """Bytes of ``512m`` and the like.

    Raises:
        DockwrightError: no amount of memory.

    Example:
        >>> in_bytes("512m", "Procfile:1")
        536870912
    """
    match = _BYTES.fullmatch(text)
    if match is None:
        raise DockwrightError(f"{where}: {text}: no amount of memory; write 512m or 2g")
    return int(Decimal(match["number"]) * 1024 ** _UNITS[(match["unit"] or "").lower()])


def nanoseconds(text: str, where: str) -> int:
    """Nanoseconds of a duration as Go writes it: ``1m30s``, ``500ms``.

    Raises:
        DockwrightError: no duration.

    Example:
        >>> nanoseconds("1m30s", "Procfile:1")
        90000000000
    """
    matches = list(_DURATION.finditer(text))
    if text == "0":
        return 0
    if not matches or "".join(one.group() for one in matches) != text:
        raise DockwrightError(f"{where}: {text}: no duration; write 30s or 1m30s")
    return int(sum(Decimal(one["number"]) * _NANOSECONDS[one["unit"]] for one in matches))


def nano_cpus(text: str, where: str) -> int:
    """Billionths of a processor, of ``0.5``.

    Raises:
        DockwrightError: no number of processors.

    Example:
        >>> nano_cpus("0.5", "Procfile:1")
        500000000
    """
    if not _NUMBER.fullmatch(text):
        raise DockwrightError(f"{where}: --cpus {text}: no number of processors; write 0.5 or 2")
    return int(Decimal(text) * 10**9)


def number(text: str, where: str) -> int:
    """A whole number, which may be negative.

    Raises:
        DockwrightError: none.

    Example:
        >>> number("-1", "Procfile:1: --pids-limit")
        -1
    """
    if not re.fullmatch("-?[0-9]{1,15}", text):
        raise DockwrightError(f"{where} {text}: no whole number; write one")
    return int(text)
