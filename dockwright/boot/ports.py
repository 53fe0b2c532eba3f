"""Published ports: ``docker run --publish`` in all its forms, and which of them collide."""

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address

from dockwright.errors import DockwrightError

Range = tuple[int, int]
_FORM = re.compile(
    r"(?:(?:(?P<address>\[[^\]]*\]|[^:\[\]]*):)?(?P<host>[^:\[\]]*):)?"
    r"(?P<container>[^:/\[\]]+)(?:/(?P<protocol>[^:/]+))?"
)
_NUMBER = re.compile(r"[0-9]{1,6}")
_HIGHEST = 65535


@dataclass(frozen=True)
class Port:
    """A published port or range; ``host`` None is one of the engine's choice.

    ``host`` and ``container`` are (first, last). A host range wider than the container's means
    that the engine takes a free port of it.
    """

    address: str | None  # IPv4 or IPv6, of the host; None: all of the host's
    host: Range | None
    container: Range
    protocol: str = "tcp"  # tcp, udp or sctp

    def __str__(self) -> str:
        text = f"{_text(self.container)}/{self.protocol}"
        if self.protocol == "tcp":
            text = _text(self.container)
        if self.address is None:
            return text if self.host is None else f"{_text(self.host)}:{text}"
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{address}:{_text(self.host) if self.host else ''}:{text}"

    @property
    def choice(self) -> int:
        """How many places for this port its host range holds: 1 unless the engine may choose."""
        return 1 if self.host is None else _width(self.host) // _width(self.container)

    def shifted(self, places: int) -> "Port":
        """The same port, ``places`` times its own width further up on the host.

        Raises:
            DockwrightError: past the last port.

        Example:
            >>> str(parse("8080:80", "Procfile:1").shifted(1))
            '8081:80'
        """
        if self.host is None:
            return self
        first, last = (end + places * _width(self.host) for end in self.host)
        if last > _HIGHEST:
            raise DockwrightError(
                f"--publish {self}: {places} further is {last}, past {_HIGHEST}; lower the scale"
            )
        return replace(self, host=(first, last))

    def overlaps(self, other: "Port") -> bool:
        """Whether the two cannot be published on one box at the same time.

        A port without an address is on every address; 0.0.0.0 is on every IPv4 one, and :: on
        every IPv6 one.

        Example:
            >>> parse("80:80", "a").overlaps(parse("127.0.0.1:80:8080", "b"))
            True
        """
        if self.host is None or other.host is None or self.protocol != other.protocol:
            return False
        if self.host[1] < other.host[0] or other.host[1] < self.host[0]:
            return False
        if self.address is None or other.address is None:
            return True
        mine, theirs = ip_address(self.address), ip_address(other.address)
        if mine.version != theirs.version:
            return False
        return mine == theirs or mine.is_unspecified or theirs.is_unspecified


def parse(text: str, where: str) -> Port:
    """Read the value of one ``--publish``.

    Raises:
        DockwrightError: not of docker's form, not a port, not an address, ranges of other widths.

    Example:
        >>> parse("127.0.0.1:8080:80/udp", "Procfile:1")
        Port(address='127.0.0.1', host=(8080, 8080), container=(80, 80), protocol='udp')
    """
    where = f"{where}: --publish {text}"
    match = _FORM.fullmatch(text)
    if match is None:
        raise DockwrightError(
            f"{where}: not a port; write [address:][host:]container[/udp], "
            "an IPv6 address in [ ] and with both colons"
        )
    protocol = (match["protocol"] or "tcp").lower()
    if protocol not in ("tcp", "udp", "sctp"):
        raise DockwrightError(f"{where}: protocol {protocol}: use tcp, udp or sctp")
    address = _address(match["address"], where)
    container = _range(match["container"], where)
    host = _range(match["host"], where) if match["host"] else None
    if host and _width(host) != _width(container) and _width(container) != 1:
        raise DockwrightError(
            f"{where}: {_width(host)} host ports for {_width(container)} of the container; "
            "make the ranges as long as each other"
        )
    return Port(address, host, container, protocol)


def _address(text: str | None, where: str) -> str | None:
    if not text:
        return None
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        address = None
    if address is None or (address.version == 6) != text.startswith("[") or "%" in text:
        raise DockwrightError(f"{where}: {text}: not an address; write 127.0.0.1 or [::1]")
    return str(address)


def _range(text: str, where: str) -> Range:
    first, dash, last = text.partition("-")
    ends = (first, last if dash else first)
    for end in ends:
        if not _NUMBER.fullmatch(end) or not 1 <= int(end) <= _HIGHEST:
            raise DockwrightError(f"{where}: {end or text}: not a port; use 1 to {_HIGHEST}")
    if int(ends[0]) > int(ends[1]):
        raise DockwrightError(f"{where}: {text}: ends before it begins; turn it round")
    return int(ends[0]), int(ends[1])


def _text(ends: Range) -> str:
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}-{ends[1]}"


def _width(ends: Range) -> int:
    return ends[1] - ends[0] + 1
