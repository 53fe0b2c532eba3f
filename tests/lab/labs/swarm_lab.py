"""Boxes that become a swarm: a folder with inventory and deploy, and what docker itself says."""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

INVENTORY = """
from dockwright import lab

boxes = dict(lab.inventory())
for box, data in boxes.items():
    data.update({data!r})
    data.update({each!r}.get(box, {{}}))
docker_hosts = [(box, boxes[box]) for box in {hosts!r}]
swarm_managers = [(box, boxes[box]) for box in {managers!r}]
swarm_workers = [(box, boxes[box]) for box in {workers!r}]
"""
DEPLOY = "from dockwright.deploys import swarm\n\nswarm()\n"
# what each token and each key begins with
SECRETS = ("SWMTKN-1-", "SWMKEY-1-")
_NODES = "docker node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}'"


@dataclass(frozen=True)
class SwarmRow:
    """A sort of drift of a swarm, made by hand on a box.

    ``plan`` is what a plan says of it, and ``look``, lines of root's shell on a manager, print
    ``right`` when all is well. ``told``: it is no drift, and is said. ``status`` is the plan's.
    """

    sort: str
    box: str
    make: str
    plan: str
    look: str
    right: str
    status: int = 2
    told: bool = False


class SwarmLab(SiteLab):
    """The boxes of a lab, and their swarm."""

    def __init__(self, lab: OwnLab, state: Path) -> None:
        super().__init__(state, lab.name)
        self.lab, self.folder = lab, state / "site"
        self.folder.mkdir()
        (self.folder / "swarm.py").write_text(DEPLOY)
        self.keys = state / "config/dockwright/swarm"
        self.environment["XDG_CONFIG_HOME"] = str(state / "config")
        self.environment["DOCKWRIGHT_INVENTORY"] = str(self.folder / "inventory.py")

    def declare(
        self,
        managers: Sequence[str],
        workers: Sequence[str] = (),
        hosts: Sequence[str] | None = None,
        each: dict[str, dict[str, Any]] | None = None,
        **data: Any,
    ) -> None:
        text = INVENTORY.format(
            data={f"dockwright_{key}": value for key, value in data.items()},
            each=each or {},
            hosts=list(self.lab.boxes if hosts is None else hosts),
            managers=list(managers),
            workers=list(workers),
        )
        (self.folder / "inventory.py").write_text(text)

    def said(self, command: str, *options: str) -> tuple[int, str]:
        """A command over the deploy: its status, and all it says."""
        words = (str(self.folder / "inventory.py"), str(self.folder / "swarm.py"), *options)
        done: subprocess.CompletedProcess[str] = self.run("dockwright", command, *words)
        print(f"$ dockwright {command}\n{done.stdout}{done.stderr}[{done.returncode}]")
        said = done.stdout + done.stderr
        assert not any(secret in said for secret in SECRETS)
        return done.returncode, said

    def plan(self) -> tuple[int, str]:
        return self.said("plan")

    def apply(self, status: int = 0) -> str:
        done, said = self.said("apply", "--yes")
        assert done == status, said
        return said

    def as_declared(self) -> None:
        """A second run finds nothing to do, and says so before and after."""
        done, said = self.plan()
        assert done == 0, said

    def root(self, box: str, script: str, check: bool = True) -> str:
        address = self.lab.address(box)
        return self.ssh(address, "sudo sh -eu", stdin=script, check=check)

    def nodes(self, manager: str = "m1") -> dict[str, str]:
        """What docker says of each node, by host name: ``Ready Active Leader``."""
        lines = self.root(manager, _NODES).splitlines()
        return {host: " ".join(rest) for host, *rest in map(str.split, lines)}

    def becomes(self, nodes: dict[str, str], manager: str = "m1", seconds: float = 60) -> None:
        """Wait until docker says so of the nodes: one that was started anew is found in a while."""
        until = time.monotonic() + seconds
        while (said := self.nodes(manager)) != nodes:
            assert time.monotonic() < until, said
            time.sleep(0.5)

    def looks(self, box: str, script: str, right: str, seconds: float = 60) -> None:
        """The same of what ``script`` prints."""
        until = time.monotonic() + seconds
        while (said := self.root(box, script, check=False)) != right:
            assert time.monotonic() < until, said
            time.sleep(0.5)

    def labels(self, box: str, manager: str = "m1") -> dict[str, str]:
        said = self.root(manager, f"docker node inspect -f '{{{{json .Spec.Labels}}}}' {box}")
        return dict(json.loads(said))

    def key(self) -> str:
        """The one kept on this machine."""
        [path] = self.keys.glob("*.key")
        return path.read_text().strip()

    def shows_no_secret(self) -> None:
        """No token and no key in records, logs, settings or what docker shows of a box."""
        look = (
            "grep -rlE 'SWMTKN-1-|SWMKEY-1-' /var/log /etc /var/lib/dockwright /run/systemd "
            "/root /home /tmp 2>/dev/null || :\n"
            "docker info 2>/dev/null | grep -E 'SWMTKN-1-|SWMKEY-1-' || :\n"
            "docker node inspect self 2>/dev/null | grep -E 'SWMTKN-1-|SWMKEY-1-' || :\n"
        )
        assert {box: self.root(box, look) for box in self.lab.boxes} == dict.fromkeys(
            self.lab.boxes, ""
        )
