"""What a lab is: its name, suite, subnet and boxes, as values; and the JSON they are kept in."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from dockwright.errors import DockwrightError

SUITES = ("bookworm", "trixie", "forky")
DEFAULT_NAME = "lab"
DEFAULT_SUITE = "trixie"
DEFAULT_SUBNET = "192.168.50.0/24"
DEFAULT_BOXES = ("docker", "registry")
DEFAULT_STATE = Path("/var/lib/dockwright/labs")
# The two boxes everybody knows keep their addresses, whichever others are asked for.
FIXED_OFFSETS = {"docker": 10, "registry": 20}
_FIRST = 30  # offset of the others
# A lab's name is part of its bridge's name, and Linux ends an interface's name after 15 bytes.
_LAB_NAME = re.compile(r"[a-z][a-z0-9-]{0,10}[a-z0-9]|[a-z]")
_BOX_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?")


@dataclass(frozen=True)
class BoxSpec:
    """One box of a lab: `docker` at `192.168.50.10`."""

    name: str
    address: str

    @property
    def hostname(self) -> str:
        return f"{self.name}.vagrant"


@dataclass(frozen=True)
class LabSettings:
    """A lab as asked for; `state_dir` is the folder that holds one folder a lab."""

    name: str  # of its folder too, and a part of its bridge's name
    suite: str  # Debian's release that the boxes are of
    subnet: str  # ADDRESS/PREFIX; its bridge has the first address
    boxes: tuple[BoxSpec, ...]  # in the order that they are brought up
    state_dir: Path = DEFAULT_STATE

    @property
    def network(self) -> ipaddress.IPv4Network:
        return ipaddress.IPv4Network(self.subnet)

    @property
    def gateway(self) -> str:
        """The bridge's own address, the first one of the subnet."""
        return str(self.network.network_address + 1)

    @property
    def bridge(self) -> str:
        return f"dw-{self.name}"

    @property
    def folder(self) -> Path:
        return self.state_dir / self.name

    def box(self, name: str) -> BoxSpec:
        """The box of that name; raises DockwrightError that lists the boxes there are."""
        for box in self.boxes:
            if box.name == name:
                return box
        names = ", ".join(box.name for box in self.boxes)
        raise DockwrightError(f"lab {self.name}: no box {name!r}; its boxes are {names}")

    def to_json(self) -> str:
        boxes = {box.name: box.address for box in self.boxes}
        values = {"name": self.name, "suite": self.suite, "subnet": self.subnet, "boxes": boxes}
        return json.dumps(values, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, state_dir: Path) -> LabSettings:
        """What `to_json` wrote; raises DockwrightError for anything else."""
        try:
            raw = json.loads(text)
            boxes = tuple(BoxSpec(str(name), str(at)) for name, at in raw["boxes"].items())
            read = cls(str(raw["name"]), str(raw["suite"]), str(raw["subnet"]), boxes, state_dir)
            _ = read.network
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DockwrightError(
                f"{state_dir}: lab.json of a lab does not parse ({error}); "
                "run `dockwright lab down`, which removes that lab's folder"
            ) from error
        return read


def make_settings(
    name: str = DEFAULT_NAME,
    boxes: Sequence[str] = DEFAULT_BOXES,
    suite: str = DEFAULT_SUITE,
    subnet: str = DEFAULT_SUBNET,
    state_dir: Path = DEFAULT_STATE,
) -> LabSettings:
    """Checked settings; box names get the addresses .10 (docker), .20 (registry), .30, .40, …"""
    check_lab_name(name)
    if suite not in SUITES:
        raise DockwrightError(f"--suite {suite}: not tried; use one of {', '.join(SUITES)}")
    return LabSettings(name, suite, subnet, give_addresses(subnet, boxes), state_dir)


def check_lab_name(name: str) -> None:
    if not _LAB_NAME.fullmatch(name):
        raise DockwrightError(
            f"--name {name!r}: not a lab name; use 1 to 12 lower-case letters, digits and "
            "hyphens, a letter first"
        )


def give_addresses(
    subnet: str, names: Sequence[str], taken: Sequence[BoxSpec] = ()
) -> tuple[BoxSpec, ...]:
    """`taken` as it is, then an address for each further name, in the order of `names`."""
    try:
        network = ipaddress.IPv4Network(subnet)
    except ValueError as error:
        raise DockwrightError(
            f"--subnet {subnet}: {error}; write it like {DEFAULT_SUBNET}"
        ) from error
    if not network.is_private or network.is_loopback or network.is_link_local:
        raise DockwrightError(
            f"--subnet {subnet}: not a private range; use one of 10.0.0.0/8, 172.16.0.0/12 "
            "or 192.168.0.0/16"
        )
    boxes = list(taken)
    used = {box.address for box in taken}
    for name in dict.fromkeys(names):
        if not _BOX_NAME.fullmatch(name):
            raise DockwrightError(
                f"--box {name!r}: not a box name; use lower-case letters, digits and hyphens, "
                "a letter first, 30 at most"
            )
        if any(box.name == name for box in boxes):
            continue
        place = FIXED_OFFSETS[name] if name in FIXED_OFFSETS else _free(network, used)
        if place >= network.num_addresses - 1:
            raise DockwrightError(
                f"--subnet {subnet}: too small for box {name} at .{place}; use a /24"
            )
        used.add(str(network[place]))
        boxes.append(BoxSpec(name, str(network[place])))
    if not boxes:
        raise DockwrightError("--box: a lab needs one box at least")
    return tuple(boxes)


def _free(network: ipaddress.IPv4Network, used: Collection[str]) -> int:
    """The next offset: .30, .40, …, and those between once these are taken."""
    behind = network.num_addresses - 1
    offsets = [*range(_FIRST, behind, 10), *range(_FIRST, behind)]
    return next((one for one in offsets if str(network[one]) not in used), max(_FIRST, behind))


def state_folder(state_dir: Path | None = None) -> Path:
    """The folder of all labs: the argument, DOCKWRIGHT_LAB_STATE, or the default."""
    if state_dir is not None:
        return state_dir.absolute()
    return Path(os.environ.get("DOCKWRIGHT_LAB_STATE") or DEFAULT_STATE).absolute()


def lab_name(name: str | None = None) -> str:
    """The lab meant: the argument, DOCKWRIGHT_LAB, or `lab`."""
    chosen = name or os.environ.get("DOCKWRIGHT_LAB") or DEFAULT_NAME
    check_lab_name(chosen)
    return chosen
