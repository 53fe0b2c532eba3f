"""A Procfile run a second time beside the first: with other ports of the host, and other data."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import StringIO

from dockwright.boot.data import data_of_procfile
from dockwright.boot.ports import Port
from dockwright.boot.procfile import parse
from dockwright.boot.run_line import RunSpecification, read
from dockwright.errors import DockwrightError


@dataclass(frozen=True)
class Moved:
    """Ports of the host by those that run lines publish, and volumes and folders by theirs."""

    ports: Mapping[int, int] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)


def apply(run: RunSpecification, moved: Moved) -> RunSpecification:
    """``run`` with the ports and data of ``moved`` in place of its own.

    Example:
        >>> run = read("docker run -p 80:80 -v a:/a web", "Procfile:1")
        >>> apply(run, Moved({80: 81}, {"a": "b"})).options
        (('publish', '81:80'), ('volume', 'b:/a'))
    """
    ports = tuple(_port(port, moved) for port in run.ports)
    rest = iter(ports)
    options = tuple(
        (name, str(next(rest))) if name == "publish" else (name, _data(name, value, moved))
        for name, value in run.options
    )
    return replace(run, options=options, ports=ports)


def check_moved(moved: Moved, procfile: str, source: str) -> None:
    """Make sure that a Procfile has what ``moved`` is to replace.

    Args:
        moved: what it says.
        procfile: the text of the Procfile.
        source: what errors call it.

    Raises:
        DockwrightError: no line publishes a port, or writes a volume or folder, that it names.

    Example:
        >>> check_moved(Moved({80: 81}), "web: docker run -p 80:80 web", "Procfile")
    """
    ports = {
        port.host[0]
        for process in parse(procfile, source)
        for port in read(process.command, f"{source}:{process.line}").ports
        if port.host is not None
    }
    for one in moved.ports:
        if one not in ports:
            has = ", ".join(map(str, sorted(ports))) or "none"
            raise DockwrightError(f"{source}: port {one}: published by no line; has {has}")
    data = data_of_procfile(procfile, source)
    for source_of_it in moved.data:
        if source_of_it not in data:
            has = ", ".join(sorted(data)) or "none"
            raise DockwrightError(f"{source}: data {source_of_it}: written by no line; has {has}")


def _port(port: Port, moved: Moved) -> Port:
    if port.host is None or port.host[0] not in moved.ports:
        return port
    first = moved.ports[port.host[0]]
    return replace(port, host=(first, first + port.host[1] - port.host[0]))


def _data(name: str, value: str | None, moved: Moved) -> str | None:
    if name == "volume" and value is not None and ":" in value:
        source, _, rest = value.partition(":")
        return f"{moved.data.get(source, source)}:{rest}"
    if name == "mount" and value is not None:
        fields = [field.partition("=") for field in next(csv.reader([value]), [])]
        line = StringIO()
        csv.writer(line, lineterminator="").writerow(
            f"{key}{sign}{moved.data.get(text, text) if key.strip() in _SOURCES else text}"
            for key, sign, text in fields
        )
        return line.getvalue()
    return value


_SOURCES = ("source", "src")
