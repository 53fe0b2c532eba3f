"""The site that comparisons run on: the demo's two boxes, in a lab of their own or a standing one.

The boxes are Debian 13's, since Debian 12 has neither buildx nor a compose that knows BuildKit; the
images stand on the Debian 12 base as the demo's do. They have from their beginning what the other
tools need of them: Python for Ansible, skopeo, buildx, compose.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dockwright import lab
from dockwright.lab.access import key_file, known_hosts_file, ssh_command
from dockwright.lab.network import check_route
from dockwright.lab.settings import LabSettings
from tests.lab.labs.own_lab import OwnLab, untried_here

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PACKAGES = ("docker-buildx", "docker-compose", "python3", "python3-apt", "skopeo")
LAB = OwnLab("bench", "192.168.72.0/24", ("docker", "registry"), "trixie", PACKAGES)
BUILDER, KEEPER = "docker", "registry"
_MOST = 1800  # seconds of one command
_WHEELHOUSE = "images/chef-client/wheelhouse"
_INVENTORY = """\
from dockwright import lab

_ways = {ways!r}
_boxes = [(name, {{**data, **_ways.get(name, {{}})}}) for name, data in lab.inventory()]

docker_hosts = [box for box in _boxes if box[0] != {keeper!r}]
registry_hosts = [box for box in _boxes if box[0] == {keeper!r}]
builders = [box for box in _boxes if box[0] == {builder!r}]
"""


class BenchError(Exception):
    """What a comparison can't go on from; its words are a line for whoever called the bench."""


@dataclass(frozen=True)
class Site:
    """A standing lab, and the folder ``work`` in which a bench keeps what it writes.

    ``keys`` is where the site's signing keys are; None: where those of this machine's user are.

    Example::

        site.on_box("docker", "sudo docker image ls")
    """

    lab: LabSettings
    work: Path
    keys: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Of all commands: this lab, and what they keep goes with the bench."""
        return {
            **os.environ,
            **({} if self.keys is None else {"XDG_CONFIG_HOME": str(self.keys)}),
            "DOCKWRIGHT_LAB": self.lab.name,
            "DOCKWRIGHT_LAB_STATE": str(self.lab.state_dir),
            "XDG_CACHE_HOME": str(self.work / "cache"),
            "PATH": f"{BIN}:{os.environ['PATH']}",
        }

    def run(
        self, argv: Sequence[str], stdin: str | None = None, cwd: Path = ROOT
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of this machine's.

        Raises:
            BenchError: it ends with another status than 0; with what it said last.
        """
        done = subprocess.run(
            argv, cwd=cwd, env=self.environment, input=stdin or "", capture_output=True, text=True,
            timeout=_MOST, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            raise BenchError(f"{' '.join(argv)[:200]}: status {done.returncode}: {said}")
        return done

    def ssh(self, box: str, line: str) -> list[str]:
        """The command line that runs ``line`` on ``box``, straight and not by a proxy.

        Raises:
            DockwrightError: the way to the box is not the lab's bridge.
        """
        its = self.lab.box(box)
        check_route(self.lab, its.address)
        return ssh_command(self.lab, its, [line])

    def on_box(self, box: str, line: str, stdin: str | None = None) -> str:
        """What ``line`` says on ``box``; raises BenchError where it fails."""
        return self.run(self.ssh(box, line), stdin).stdout

    def send(self, box: str, line: str, data: bytes) -> None:
        """Run ``line`` on ``box`` with ``data`` on its standard input.

        Raises:
            BenchError: it fails; with what it said last.
        """
        done = subprocess.run(
            self.ssh(box, line), input=data, capture_output=True, timeout=_MOST, check=False
        )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace")[-500:]
            raise BenchError(f"box {box}: {line}: status {done.returncode}: {said}")

    def inventory(self, name: str, ways: Mapping[str, Mapping[str, object]]) -> Path:
        """An inventory of the site in which the boxes are reached by ``ways``.

        Args:
            name: of its folder.
            ways: by box, what replaces its data, such as ``{"ssh_port": 4022}``.

        Example::

            site.inventory("straight", {})
        """
        folder = self.work / name
        (folder / "group_data").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "inventories/group_data/all.py", folder / "group_data/all.py")
        path = folder / "inventory.py"
        text = _INVENTORY.format(ways=dict(ways), keeper=KEEPER, builder=BUILDER)
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def key(self) -> Path:
        return key_file(self.lab)

    def host_key(self, box: str) -> str:
        """The box's own key as a file of known hosts has it, behind the name."""
        address = self.lab.box(box).address
        for line in known_hosts_file(self.lab).read_text(encoding="utf-8").splitlines():
            names, _, key = line.partition(" ")
            if address in names.split(","):
                return key
        raise BenchError(f"box {box}: its key is not in {known_hosts_file(self.lab)}")


@contextmanager
def standing(name: str, work: Path, echo: Callable[[str], None]) -> Iterator[Site]:
    """The site: the lab ``name`` as it stands, or, where that is empty, one that is made and goes.

    Raises:
        BenchError: this machine can have no lab, or the site could not be made.
        DockwrightError: no lab of that name.

    Example::

        with standing("", Path("/tmp/bench"), print) as site: ...
    """
    if name:
        yield Site(lab.load(name), work)
        return
    if (unfit := untried_here()) is not None:
        raise BenchError(unfit)
    state = work / "lab"
    state.mkdir(parents=True, exist_ok=True)
    with LAB.held(state):
        up = lab.up(LAB.settings(state), echo=echo, packages=LAB.packages)
        site = Site(up, work, keys=work / "keys")
        provision(site, echo)
        yield site


def provision(site: Site, echo: Callable[[str], None]) -> None:
    """Have the whole site on its boxes, twice: the second run finds nothing to do.

    Raises:
        BenchError: a run fails.
    """
    site.run(["dockwright", "wheelhouse", _WHEELHOUSE])
    inventory = str(site.inventory("straight", {}))
    for deploy in ("docker_host", "registry_host", "images", "leaves", "site"):
        echo(f"deploy/{deploy}.py")
        site.run(["pyinfra", "-y", inventory, f"deploy/{deploy}.py"])
