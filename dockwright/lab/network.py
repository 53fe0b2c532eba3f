"""A lab's bridge, its firewall rules and forwarding; all of it undone by `remove`."""

from __future__ import annotations

import ipaddress
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dockwright.errors import DockwrightError
from dockwright.lab.commands import RUN_FOLDER, held, run
from dockwright.lab.settings import LabSettings

IP_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# One folder for the machine, whatever state folders its labs have: the value that was there
# before the first lab, and one file a lab that needs forwarding.
FORWARDING = RUN_FOLDER / "forwarding"
BRIDGES = Path("/sys/class/net")

Rule = tuple[str, str, list[str]]  # table, chain, the rest


def rules(lab: LabSettings) -> list[Rule]:
    """The lab's firewall rules, each one marked with the lab's name."""
    mark = ["-m", "comment", "--comment", f"dockwright-lab-{lab.name}"]
    out = ["-s", lab.subnet, "!", "-o", lab.bridge, *mark, "-j", "MASQUERADE"]
    return [
        ("nat", "POSTROUTING", out),
        ("filter", "FORWARD", ["-i", lab.bridge, *mark, "-j", "ACCEPT"]),
        ("filter", "FORWARD", ["-o", lab.bridge, *mark, "-j", "ACCEPT"]),
    ]


def holder(
    subnet: str, own: str, addresses: list[dict[str, Any]], routes: list[dict[str, Any]]
) -> str | None:
    """Who holds addresses of `subnet`, other than interface `own`; as `ip -j` lists them."""
    wanted = ipaddress.IPv4Network(subnet)
    for link in addresses:
        for entry in link.get("addr_info", []):
            if entry.get("family") != "inet" or link.get("ifname") == own:
                continue
            network = ipaddress.IPv4Interface(f"{entry['local']}/{entry['prefixlen']}").network
            if network.overlaps(wanted):
                return f"interface {link['ifname']} ({entry['local']}/{entry['prefixlen']})"
    for route in routes:
        target = str(route.get("dst", "default"))
        if target in ("default", "0.0.0.0/0") or route.get("dev") == own:
            continue
        if route.get("type") in ("broadcast", "multicast"):
            continue
        if ipaddress.IPv4Network(target, strict=False).overlaps(wanted):
            return f"interface {route.get('dev', 'none')} (route {target})"
    return None


def check_free(lab: LabSettings) -> None:
    """Raise DockwrightError that names who holds the lab's subnet, where somebody does."""
    addresses = json.loads(run(["ip", "-j", "-4", "addr"]).stdout or "[]")
    routes = json.loads(run(["ip", "-j", "-4", "route", "show", "table", "all"]).stdout or "[]")
    owner = holder(lab.subnet, lab.bridge, addresses, routes)
    if owner:
        raise DockwrightError(
            f"subnet {lab.subnet}: held by {owner}; choose another one with --subnet, "
            "or take that one down first"
        )


def claim(lab: LabSettings, echo: Callable[[str], None]) -> None:
    """Take over what a lab of this name, kept somewhere else, left of its network.

    Raises:
        DockwrightError: a box of it is up.
    """
    bridge = BRIDGES / lab.bridge
    if not bridge.exists():
        return
    if any((bridge / "brif").iterdir()):
        raise DockwrightError(
            f"bridge {lab.bridge}: there already, and not of a lab in {lab.state_dir}; "
            "give another --name, or the --state folder that lab was made with"
        )
    remove(lab, echo)
    echo(f"bridge {lab.bridge}: left by a lab of that name, none of whose boxes is up; removed")


def set_up(lab: LabSettings, echo: Callable[[str], None]) -> None:
    """Bridge, address, rules, forwarding: what is there already stays."""
    with held("network", echo):
        if not (BRIDGES / lab.bridge).exists():
            run(["ip", "link", "add", lab.bridge, "type", "bridge"])
            # left from before the machine went down, when it may have had another value
            (FORWARDING / f"lab-{lab.name}").unlink(missing_ok=True)
        prefix = lab.network.prefixlen
        own = f"{lab.gateway}/{prefix}"
        run(["ip", "addr", "replace", own, "brd", "+", "dev", lab.bridge])
        run(["ip", "link", "set", lab.bridge, "up"])
        for table, chain, rest in rules(lab):
            check = run(["iptables", "-w", "-t", table, "-C", chain, *rest], check=False)
            if check.returncode != 0:
                run(["iptables", "-w", "-t", table, "-I", chain, *rest])
        FORWARDING.mkdir(parents=True, exist_ok=True)
        former = FORWARDING / "former"
        # A bridge that somebody deleted is no reason to take our own 1 for the former value;
        # only a new boot is.
        boot = BOOT_ID.read_text().strip()
        if not former.exists() or former.read_text().split()[0] != boot:
            former.write_text(f"{boot} {IP_FORWARD.read_text()}")
        (FORWARDING / f"lab-{lab.name}").touch()
        IP_FORWARD.write_text("1\n")


def marked(listed: str, name: str) -> list[list[str]]:
    """Of `iptables -S`, the rules that bear the lab's mark, whatever subnet they speak of."""
    matches = []
    for line in listed.splitlines():
        words = shlex.split(line)
        if words[0] == "-A" and f"dockwright-lab-{name}" in words:
            matches.append(words[1:])
    return matches


def remove(lab: LabSettings, echo: Callable[[str], None]) -> None:
    """Undo `set_up`; forwarding goes back to its former value with the last lab."""
    with held("network", echo):
        for table in ("nat", "filter"):
            listed = run(["iptables", "-w", "-t", table, "-S"]).stdout
            for rule in marked(listed, lab.name):
                run(["iptables", "-w", "-t", table, "-D", *rule], check=False)
        if (BRIDGES / lab.bridge).exists():
            run(["ip", "link", "del", lab.bridge])
        (FORWARDING / f"lab-{lab.name}").unlink(missing_ok=True)
        former = FORWARDING / "former"
        if not _users() and former.exists():
            IP_FORWARD.write_text(former.read_text().split()[-1] + "\n")
            former.unlink()
            # of labs whose bridge was taken away by other hands
            for left in FORWARDING.glob("lab-*"):
                left.unlink()
            FORWARDING.rmdir()


def _users() -> list[str]:
    """Labs that need forwarding; those whose bridge went with the machine don't count."""
    names = [path.name.removeprefix("lab-") for path in FORWARDING.glob("lab-*")]
    return [name for name in names if (BRIDGES / f"dw-{name}").exists()]


def check_route(lab: LabSettings, address: str) -> None:
    """Raise DockwrightError unless the route to `address` is the lab's own bridge."""
    done = run(["ip", "-j", "route", "get", address], check=False)
    routes = json.loads(done.stdout) if done.returncode == 0 and done.stdout.strip() else []
    via = routes[0] if routes else {}
    if via.get("dev") != lab.bridge or "gateway" in via:
        raise DockwrightError(
            f"the lab {lab.name} is down (the route to {address} is not its bridge "
            f"{lab.bridge}); run `dockwright lab up{named(lab)}`"
        )


def named(lab: LabSettings) -> str:
    """The option that names this lab, for the commands that errors advise."""
    return "" if lab.name == "lab" else f" --name {lab.name}"
