"""The lab that the tests of whole sites run on: its boxes, and plain ways to look into them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dockwright import lab
from dockwright.lab.commands import held
from tests.lab.labs.own_lab import OwnLab

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent

# one for all workers: of a run's tests that use it, one worker takes all
LAB = OwnLab("site0", "192.168.51.0/24", ("docker", "registry"))
NAME, _NET = LAB.name, LAB.net
DOCKER, REGISTRY = LAB.address("docker"), LAB.address("registry")
DEPLOYS = ("docker_host", "registry_host", "images", "leaves")
_TOLD = "told.json"
ABSENT = f"{_NET}.99"  # no box has it
PLACE = f"{REGISTRY}:5000"
ZENWEB = f"http://{DOCKER}:11001/"


class SiteLab:
    """A standing lab of two boxes; every question is put by ssh, curl or another plain program."""

    def __init__(self, state: Path, name: str = NAME) -> None:
        self.state, self.name = state, name
        self.first: dict[str, dict[str, Any]] = {}
        self.dry: subprocess.CompletedProcess[str] | None = None
        self.bare: str | None = None
        self._kept: list[str] = []
        self.environment = {
            **os.environ,
            "DOCKWRIGHT_LAB": name,
            "DOCKWRIGHT_LAB_STATE": str(state),
            "PATH": f"{BIN}:{os.environ['PATH']}",
        }

    def run(
        self, *argv: str, timeout: int = 900, stdin: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv,
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            input=stdin,
        )

    def pyinfra(
        self, deploy: str, *options: str, inventory: str = "inventories/lab.py", **environment: str
    ) -> dict[str, Any]:
        """Run the literal command; what it changed, and what it said."""
        done = self.run("pyinfra", "--json", "-y", *options, inventory, deploy, **environment)
        said = done.stderr + done.stdout
        if done.returncode != 0:
            return {"status": done.returncode, "said": said, "changes": None}
        totals = json.loads(done.stdout)["results"]["totals"]
        changed = [
            f"{found['name']} on {', '.join(found['success'])}"
            for found in json.loads(done.stdout)["results"]["operations"]
            if found["success"]
        ]
        return {
            "status": 0,
            "said": said,
            "changes": totals["success"],
            "changed": changed,
            "operations": totals["hosts"],
            "order": [found["name"] for found in json.loads(done.stdout)["results"]["operations"]],
        }

    def ssh(self, address: str, line: str, check: bool = True, stdin: str | None = None) -> str:
        done = self.run(*self._ssh(address, line), stdin=stdin if stdin is not None else "")
        assert not check or done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def start_ssh(self, address: str, line: str) -> "subprocess.Popen[str]":
        """What goes on beside other things; its output and errors are one."""
        return self.start(*self._ssh(address, line))

    def start(self, *argv: str) -> "subprocess.Popen[str]":
        """The same of any program."""
        return subprocess.Popen(
            argv,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _ssh(self, address: str, line: str) -> list[str]:
        folder = self.state / self.name / "ssh"
        return [
            "ssh", "-F", "/dev/null", "-o", f"UserKnownHostsFile={folder}/known_hosts",
            "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes",
            "-i", str(folder / "id_ed25519"), *self._kept, f"vagrant@{address}", line,
        ]  # fmt: skip

    @contextmanager
    def one_connection_a_box(self) -> Iterator[None]:
        """Have `ssh` make no new connection for every line, where nothing within breaks one."""
        folder = self.state / self.name / "ssh"
        kept = ["-o", f"ControlPath={folder}/to-%h"]
        self._kept = [*kept, "-o", "ControlMaster=auto", "-o", "ControlPersist=60"]
        try:
            yield
        finally:
            self._kept = []
            for path in folder.glob("to-*"):
                address = path.name.removeprefix("to-")
                self.run("ssh", "-F", "/dev/null", *kept, "-O", "exit", address)

    def page(self, url: str, *options: str) -> tuple[int, str]:
        done = self.run(
            "curl", "--silent", "--noproxy", "*", "--max-time", "10",
            "--retry", "20", "--retry-delay", "1", "--retry-all-errors",
            "--write-out", "\n%{http_code}", *options, url,
        )  # fmt: skip
        text, _, code = done.stdout.rpartition("\n")
        return int(code), text

    def credentials(self) -> str:
        return "dockwright:" + self.ssh(REGISTRY, "sudo cat /etc/dockwright/registry.password")

    def authority(self) -> Path:
        """The registry's CA, in a folder as docker and skopeo want it."""
        folder = self.state / "certs"
        folder.mkdir(exist_ok=True)
        text = self.ssh(REGISTRY, "sudo cat /etc/dockwright/ca/ca.crt")
        (folder / "ca.crt").write_text(text + "\n")
        return folder


def fetch_wheels(site: SiteLab) -> None:
    """Those that chef-client is built from: fetched once, and then there for every run."""
    with held("test-wheelhouse", print):
        fetched = site.run("dockwright", "wheelhouse", "images/chef-client/wheelhouse")
    assert fetched.returncode == 0, fetched.stderr


def stand_up(state: Path) -> None:
    """Two bare boxes, provisioned by the four deploys; what was said is left for `stood_up`."""
    made = SiteLab(state)
    fetch_wheels(made)
    lab.up(LAB.settings(state), echo=print)
    dry = made.run("pyinfra", "--dry", "inventories/lab.py", "deploy/site.py")
    bare = made.ssh(DOCKER, "command -v docker; ls /srv", check=False)
    first = {deploy: made.pyinfra(f"deploy/{deploy}.py") for deploy in DEPLOYS}
    told = {"dry": [dry.returncode, dry.stdout, dry.stderr], "bare": bare, "first": first}
    (state / _TOLD).write_text(json.dumps(told))


def stood_up(state: Path) -> SiteLab:
    """The site that `stand_up` made, with what was said meanwhile."""
    made = SiteLab(state)
    told = json.loads((state / _TOLD).read_text())
    made.first, made.bare = told["first"], told["bare"]
    made.dry = subprocess.CompletedProcess([], *told["dry"])
    return made


def inventory_with(folder: Path, data: str, groups: str = "") -> str:
    """The lab's inventory with further data for every box."""
    path = folder / "inventory.py"
    lines = (ROOT / "inventories/lab.py").read_text()
    override = f"\nfor _name, _data in _boxes:\n    _data.update({data})\n"
    path.write_text(f"{lines}{override}{groups}")
    (folder / "group_data").mkdir(exist_ok=True)
    shutil.copy(ROOT / "inventories/group_data/all.py", folder / "group_data/all.py")
    return str(path)
