"""The ways to a site's boxes by proxies of a delay, as each tool wants to be told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dockwright.lab.access import USER
from dockwright.lab.network import check_route
from tests.bench.proxy import Proxy
from tests.bench.site import Site

HERE = "127.0.0.1"


@dataclass(frozen=True)
class Ways:
    """A proxy a box, and a file of known hosts that has the boxes' keys at the proxies' ports."""

    site: Site
    proxies: Mapping[str, Proxy]
    known: Path

    def begin(self, delay: float) -> None:
        """Delay by ``delay`` seconds a round trip from now on, count from 0, keep no connection.

        Example::

            ways.begin(0.05)
        """
        for proxy in self.proxies.values():
            proxy.delay = delay
            proxy.reset()

    def round_trips(self) -> dict[str, int]:
        """How many there were since then, by box."""
        return {box: proxy.round_trips for box, proxy in self.proxies.items()}

    def pyinfra(self) -> dict[str, dict[str, Any]]:
        """By box, the data that leads pyinfra there."""
        return {
            box: {
                "ssh_hostname": HERE,
                "ssh_port": proxy.port,
                "ssh_user": USER,
                "ssh_key": str(self.site.key),
                "ssh_known_hosts_file": str(self.known),
                "ssh_strict_host_key_checking": "yes",
            }
            for box, proxy in self.proxies.items()
        }

    def ansible(self) -> dict[str, dict[str, Any]]:
        """By box, the variables that lead Ansible there."""
        return {
            box: {
                "ansible_host": HERE,
                "ansible_port": proxy.port,
                "ansible_user": USER,
                "ansible_ssh_private_key_file": str(self.site.key),
            }
            for box, proxy in self.proxies.items()
        }

    def ssh(self, box: str, line: str) -> list[str]:
        """The command line of `ssh` that runs ``line`` there."""
        return [
            "ssh", "-F", "/dev/null", "-o", f"UserKnownHostsFile={self.known}",
            "-o", "GlobalKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=yes",
            "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i", str(self.site.key),
            "-p", str(self.proxies[box].port), f"{USER}@{HERE}", line,
        ]  # fmt: skip


@contextmanager
def by_proxies(site: Site) -> Iterator[Ways]:
    """Have a proxy for each box of ``site``; they end with the block.

    Raises:
        DockwrightError: the way to a box is not the lab's bridge: nothing is sent there.

    Example::

        with by_proxies(site) as ways: ...
    """
    known = site.work / "known_hosts"
    lines = []
    with ExitStack() as stack:
        proxies = {}
        for box in site.lab.boxes:
            check_route(site.lab, box.address)
            proxy = stack.enter_context(Proxy((box.address, 22)))
            proxies[box.name] = proxy
            lines.append(f"[{HERE}]:{proxy.port} {site.host_key(box.name)}\n")
        known.write_text("".join(lines), encoding="utf-8")
        yield Ways(site, proxies, known)
