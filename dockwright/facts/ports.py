"""Which ports of a box are in use, and by whom."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from dockwright.boot.taken import Held
from dockwright.box.fact import Fact
from dockwright.engine.place import USE
from dockwright.scripts import text

# A socket of TCP that listens is in state 0A; one of UDP that talks to nobody in particular in 07.
# Its owners are found by its inode, among the open files of all processes. Whether a socket of ::
# takes IPv4 too, ss alone can say. Source: proc(5), and Documentation/networking/proc_net_tcp.txt.
_SCRIPT = USE + "\n" + text("facts/ports")
# What holds a container's ports for it.
_ENGINE = frozenset({"docker-proxy", "dockerd", "rootlessport"})
_HEX = re.compile(r"[0-9A-F]{8}(?:[0-9A-F]{24})?")


@dataclass
class _Told:
    """What the box's lines said, by inode, process and container."""

    # table of the kernel, address, port, inode
    sockets: list[tuple[str, str, int, int]] = field(default_factory=list)
    v6only: dict[int, bool] = field(default_factory=dict)  # by inode: whether it takes no IPv4
    owners: dict[int, int] = field(default_factory=dict)  # process by inode
    processes: dict[int, str] = field(default_factory=dict)  # the program's name by process
    # ID of the container that a process runs in
    within: dict[int, str] = field(default_factory=dict)
    containers: dict[str, str] = field(default_factory=dict)  # name by ID
    published: list[Held] = field(default_factory=list)  # ports of containers
    # those that containers are to have: of one that begins or ends the engine may hold them already
    wanted: list[Held] = field(default_factory=list)


class Ports(Fact[list[Held]]):
    """The ports of a box that are in use; needs root, who may see whose they are.

    Example::

        host.get_fact(Ports)[0].holder  # 'sshd (process 412)'
    """

    about = "its ports"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> list[Held]:
        return []

    def read(self, lines: Iterable[str]) -> list[Held]:
        answers = _Told()
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "socket":
                table, local, inode = rest.split(" ")
                address, _, number = local.partition(":")
                answers.sockets.append((table, _address(address), int(number, 16), int(inode)))
            elif word == "v6only":
                number, _, only = rest.partition(" ")
                answers.v6only[int(number)] = only == "1"
            elif word == "owner":
                inode, _, pid = rest.partition(" ")
                # of several the oldest, which has begun the others
                answers.owners[int(inode)] = min(int(pid), answers.owners.get(int(inode), int(pid)))
            elif word == "process":
                pid, _, name = rest.partition(" ")
                answers.processes[int(pid)] = name
            elif word == "within":
                pid, _, container = rest.partition(" ")
                answers.within[int(pid)] = container
            elif word == "container":
                container_id, name, ports = rest.split(" ", 2)
                answers.containers[container_id] = name.lstrip("/")
                answers.published += _published(name.lstrip("/"), json.loads(ports) or {})
            elif word == "wanted":
                name, ports = rest.split(" ", 1)
                answers.wanted += _published(name.lstrip("/"), json.loads(ports) or {})
        return [*answers.published, *_by_processes(answers)]


def _address(text: str) -> str:
    """An address as the kernel writes it: words of four bytes, in the machine's own order.

    Every platform that Docker's engine runs on but s390x has the low byte first.
    """
    if _HEX.fullmatch(text) is None:
        raise ValueError(f"{text}: no address")
    data = bytes.fromhex(text)
    words = [data[at : at + 4][::-1] for at in range(0, len(data), 4)]
    address = ip_address(b"".join(words))
    mapped = getattr(address, "ipv4_mapped", None)
    return str(address if mapped is None else mapped)


def _published(name: str, ports: dict[str, list[dict[str, str]] | None]) -> Iterator[Held]:
    for port, places in ports.items():
        protocol = port.partition("/")[2] or "tcp"
        for place in places or ():
            address = place["HostIp"] or "0.0.0.0"  # noqa: S104 - as engines before 20.10 say it
            # what is wanted may be a range, or any free one
            if place["HostPort"].isdecimal():
                yield Held(str(ip_address(address)), int(place["HostPort"]), protocol, name)


def _by_processes(answers: _Told) -> Iterator[Held]:
    for table, address, number, inode in answers.sockets:
        pid = answers.owners.get(inode)
        process = None if pid is None else answers.processes.get(pid)
        protocol = table.removesuffix("6")
        everywhere = address == "::" and answers.v6only.get(inode) is False
        held = Held(
            None if everywhere else address,
            number,
            protocol,
            None if pid is None else answers.containers.get(answers.within.get(pid, "")),
            process,
            pid,
        )
        if process in _ENGINE:
            if any(one.port.overlaps(held.port) for one in answers.published):
                continue
            of = (one.container for one in answers.wanted if one.port.overlaps(held.port))
            held = replace(held, container=next(of, held.container))
        yield held
