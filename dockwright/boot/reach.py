"""What a leaf's containers may reach: the file ``reaches`` beside its Procfile, a line each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address, ip_network

from dockwright.boot.ports import Range
from dockwright.errors import DockwrightError, shown

FILE = "reaches"
# an address that is nobody's (RFC 5737): of the loopback's docker's client warns at each start
NO_NAMES = "192.0.2.1"
_HIGHEST = 65535
_ADDRESS = re.compile(
    r"(?P<network>[0-9.]+(?:/[0-9]{1,3})?)"
    r"(?::(?P<first>[0-9]{1,6})(?:-(?P<last>[0-9]{1,6}))?(?:/(?P<protocol>[a-z]+))?)?"
)
_LEAF = re.compile(r"leaf[ \t]+(?P<name>\S+)")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_FORMS = "write ADDRESS[/LENGTH][:PORT[-PORT][/udp]], leaf NAME, registry, names or anywhere"


@dataclass(frozen=True)
class Destination:
    """Where connections may go: an IPv4 network, ``192.0.2.0/24`` or ``192.0.2.1``.

    ``ports`` are (first, last), and of ``protocol``; None: all of all protocols.
    """

    network: str
    ports: Range | None = None
    protocol: str | None = None


@dataclass(frozen=True)
class OfSite:
    """What a line names and the site knows: a ``leaf``, or the registry where it is None."""

    leaf: str | None
    where: str  # the line, as errors call it


@dataclass(frozen=True)
class Reaches:
    """A file as it is written: what stands in it, and what a site is to fill in."""

    targets: tuple[Destination, ...] = ()
    named: tuple[OfSite, ...] = ()
    names: bool = False
    anywhere: bool = False


@dataclass(frozen=True)
class Reach:
    """What the containers of a leaf may reach; nothing where it is all empty.

    ``names`` are the name servers of the box; ``anywhere`` is all but the box itself and ``site``,
    the addresses of the site's boxes.
    """

    targets: tuple[Destination, ...] = ()
    names: bool = False
    anywhere: bool = False
    site: tuple[str, ...] = ()


def parse(text: str, source: str) -> Reaches:
    """Read the file ``reaches`` of a leaf's folder.

    A line is ``ADDRESS[/LENGTH][:PORT[-PORT][/udp]]``, ``leaf NAME`` (the ports that leaf
    publishes), ``registry``, ``names`` (the name servers of the box) or ``anywhere`` (all but the
    site's boxes); ``#`` begins a comment. An empty file means nothing.

    Args:
        text: the file's.
        source: what errors call it, such as ``images/web/reaches``.

    Raises:
        DockwrightError: a line that is none of these; it names the line.

    Example:
        >>> parse("# mail\\n192.0.2.25:587\\nnames\\n", "reaches").targets
        (Destination(network='192.0.2.25', ports=(587, 587), protocol='tcp'),)
    """
    targets: list[Destination] = []
    named: list[OfSite] = []
    words: set[str] = set()
    for number, written in enumerate(text.split("\n"), start=1):
        line, where = _COMMENT.sub("", written).strip(), f"{source}:{number}"
        leaf = _LEAF.fullmatch(line)
        if not line:
            continue
        if line in ("names", "anywhere"):
            words.add(line)
        elif line == "registry" or leaf:
            named.append(OfSite(leaf["name"] if leaf else None, where))
        else:
            targets.append(_target(line, where))
    return Reaches(
        tuple(dict.fromkeys(targets)), tuple(named), "names" in words, "anywhere" in words
    )


def _target(line: str, where: str) -> Destination:
    match = _ADDRESS.fullmatch(line)
    if match is None:
        if _is_v6(line):
            raise DockwrightError(
                f"{where}: {shown(line, 60)}: a leaf that has the file is in a network of IPv4 "
                "alone, and reaches no address of IPv6; give the IPv4 address, or leave it out"
            )
        raise DockwrightError(f"{where}: {shown(line, 60)}: nothing that can be reached; {_FORMS}")
    network = _network(match["network"], where)
    if match["first"] is None:
        return Destination(network)
    first, last = int(match["first"]), int(match["last"] or match["first"])
    for end in (first, last):
        if not 1 <= end <= _HIGHEST:
            raise DockwrightError(f"{where}: {line}: {end}: not a port; use 1 to {_HIGHEST}")
    if first > last:
        raise DockwrightError(f"{where}: {line}: ends before it begins; turn it round")
    protocol = match["protocol"] or "tcp"
    if protocol not in ("tcp", "udp"):
        raise DockwrightError(f"{where}: {line}: protocol {protocol}: use tcp or udp")
    return Destination(network, (first, last), protocol)


def _network(text: str, where: str) -> str:
    try:
        network = ip_network(text, strict=False)
        address = ip_address(text.partition("/")[0])
    except ValueError as error:
        raise DockwrightError(
            f"{where}: {text}: not an address; write 192.0.2.7 or 192.0.2.0/24"
        ) from error
    if network.prefixlen == 0:
        raise DockwrightError(f"{where}: {text}: is every address; write anywhere")
    if address != network.network_address:
        raise DockwrightError(
            f"{where}: {text}: an address within a network; write {network} for all of it, or "
            f"{address} alone"
        )
    return canonical(network)


def canonical(network: object) -> str:
    """A network as rules have it: an address alone without its length.

    Example:
        >>> canonical(ip_network("192.0.2.7/32")), canonical(ip_network("192.0.2.0/24"))
        ('192.0.2.7', '192.0.2.0/24')
    """
    return str(network).removesuffix("/32")


def _is_v6(line: str) -> bool:
    text = line[1:].partition("]")[0] if line.startswith("[") else line
    try:
        return not isinstance(ip_network(text.partition("%")[0], strict=False), IPv4Network)
    except ValueError:
        return False


def network_name(leaf: str) -> str:
    """The network of a leaf that has the file.

    Example:
        >>> network_name("zenweb")
        'dockwright-zenweb'
    """
    return f"dockwright-{leaf}"


def within(
    options: Sequence[tuple[str, str | None]], leaf: str, reach: Reach | None, where: str
) -> list[tuple[str, str | None]]:
    """The options of ``docker run`` that put a container into its leaf's network.

    Args:
        options: of the run line, by long name.
        leaf: the leaf's name.
        reach: what it may reach; None where nothing is said of that.
        where: what errors call the run line.

    Raises:
        DockwrightError: the line has another network, whose bounds are not the leaf's.

    Example:
        >>> within([], "web", Reach(names=True), "Procfile:1")
        [('network', 'dockwright-web')]
    """
    networks = [value or "" for name, value in options if name == "network"]
    if reach is None or networks == ["none"]:
        return []
    if networks:
        why = "one that can't be bounded" if networks[0] == "host" else "not the leaf's own"
        raise DockwrightError(
            f"{where}: --network {networks[0]}: {why}, and the file {FILE} beside it bounds what "
            f"the leaf reaches; leave --network out, or remove the file {FILE}"
        )
    made: list[tuple[str, str | None]] = [("network", network_name(leaf))]
    if not (reach.names or reach.anywhere or any(name == "dns" for name, _ in options)):
        # the engine asks the box's name servers for a container that names none, past all rules
        # where they are on the box
        made.append(("dns", NO_NAMES))
    return made
