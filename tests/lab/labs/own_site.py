"""A site of its own in a folder: an inventory, data, images of the boxes' own busybox, leaves.

What is tried on it is the site and not its programs. A lab's file says which boxes it has and what
they run; `as_planned` holds what a run changed against what the plan before it said.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from tests.lab.labs import prepared
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

INVENTORY = """
from dockwright import lab

boxes = lab.inventory()
docker_hosts = [box for box in boxes if box[0] not in {without!r}]
registry_hosts = [box for box in boxes if box[0] in {registries!r}]
"""
SITE = """
from dockwright.deploys import docker_host, images, leaves, registry_host

docker_host()
registry_host()
images()
leaves()
"""
COPY = ("FROM tools", "COPY www /www")
# a program that ends at SIGTERM, as process 1 of a container
LOOP = '["/bin/busybox", "sh", "-c", "trap exit TERM; while :; do date; sleep 1; done"]'
# operations that are declared twice: the second one finds done what the first one did
_OF_NAMES = "Registry host | "


def server(port: int) -> str:
    """The last lines of a Dockerfile of a web server of the folder /www."""
    at = f"http://127.0.0.1:{port}/"
    return (
        f'HEALTHCHECK --interval=2s --timeout=2s --retries=2 CMD ["wget", "-qO-", "{at}"]\n'
        f'CMD ["/bin/busybox", "httpd", "-f", "-p", "{port}", "-h", "/www"]\n'
    )


class OwnSite(SiteLab):
    """The boxes and the folder; each question is put by ssh, curl or another plain program.

    Its first registry's box is ``given`` what a lab before it made, where it has an engine from its
    beginning.

    ``registries`` keep the registries; they run leaves too where ``hubs_run_leaves``.
    """

    given = True

    def __init__(
        self,
        lab: OwnLab,
        state: Path,
        registries: Sequence[str],
        hubs_run_leaves: bool = False,
    ) -> None:
        super().__init__(state, lab.name)
        self.lab, self.folder = lab, state / "site"
        self.boxes = {box: lab.address(box) for box in lab.boxes}
        self.registries, self.hubs_run_leaves = tuple(registries), hubs_run_leaves

    def run(
        self, *argv: str, timeout: int = 900, stdin: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv, cwd=self.folder, env={**self.environment, **environment}, capture_output=True,
            text=True, timeout=timeout, check=False, input=stdin,
        )  # fmt: skip

    def write(self, leaves: Mapping[str, Sequence[str] | None], further: str = "") -> None:
        """The inventory, with the ``leaves`` of each box; None: no word of them in its data."""
        without = () if self.hubs_run_leaves else self.registries
        text = INVENTORY.format(without=without, registries=self.registries)
        each = {box: list(names) for box, names in leaves.items() if names is not None}
        text += f"\nfor name, data in boxes:\n    if name in {list(each)!r}:\n"
        text += f"        data['dockwright_leaves'] = {each!r}[name]\n"
        (self.folder / "inventory.py").write_text(text + further)

    def data(self, **keys: Any) -> None:
        """The site's data."""
        folder = self.folder / "group_data"
        folder.mkdir(exist_ok=True)
        lines = [f"{key} = {value!r}" for key, value in keys.items()]
        (folder / "all.py").write_text("\n".join(lines) + "\n")

    def leaf(self, name: str, procfile: str, *dockerfile: str, page: str = "") -> None:
        """An image folder with a Procfile; ``page`` is what its web server shows."""
        folder = self.folder / "images" / name
        (folder / "www").mkdir(parents=True, exist_ok=True)
        (folder / "www/index.html").write_text(f"{page or name}\n")
        (folder / "Procfile").write_text(f"{procfile}\n")
        (folder / "Dockerfile").write_text("\n".join(dockerfile) + "\n")

    def loops(self, *names: str) -> None:
        """Leaves that only go on, each of an image of its own, without a network."""
        for name in names:
            line = f"{name}: docker run --stop-timeout 1 --network none {name}"
            self.leaf(name, line, *COPY, f"CMD {LOOP}")

    def no_leaf(self, name: str) -> None:
        shutil.rmtree(self.folder / "images" / name, ignore_errors=True)

    def furnish(self, box: str, deploy: str = SITE) -> None:
        """The folder with its deploy file, and image ``tools``: the busybox of ``box``."""
        self.folder.mkdir()
        (self.folder / "site.py").write_text(deploy)
        tools = self.folder / "images/tools"
        tools.mkdir(parents=True)
        (tools / "Dockerfile").write_text(
            'FROM scratch\nADD busybox.tar /\nENV PATH=/bin\nCMD ["/bin/busybox", "sh"]\n'
        )
        (tools / "busybox.tar").write_bytes(
            subprocess.run(
                self._ssh(self.boxes[box], _PACK), check=True, capture_output=True, timeout=300
            ).stdout
        )

        if (hub := self._given()) is not None:
            prepared.give(hub)

    def _given(self) -> prepared.Ssh | None:
        """How one comes to the box that is given images, or gives them, if there is one."""
        if self.given and self.registries and "docker.io" in self.lab.packages:
            return partial(self._ssh, self.boxes[self.registries[0]])
        return None

    def dockwright(self, *argv: str) -> subprocess.CompletedProcess[str]:
        done = self.run("dockwright", *argv, DOCKWRIGHT_INVENTORY="inventory.py")
        print(f"$ dockwright {' '.join(argv)}\n{done.stdout}{done.stderr}[{done.returncode}]")
        return done

    def plan(self, *options: str, statuses: Sequence[int] = (0, 2)) -> dict[str, Any]:
        done = self.dockwright("plan", "inventory.py", "site.py", "--json", *options)
        assert done.returncode in statuses, done.stdout + done.stderr
        return dict(json.loads(done.stdout))

    def apply(self, *options: str) -> subprocess.CompletedProcess[str]:
        done = self.dockwright("apply", "inventory.py", "site.py", "--yes", *options)
        if done.returncode == 0 and (hub := self._given()) is not None:
            prepared.keep(hub)
        return done

    def as_planned(
        self, *options: str, status: int = 0, boxes: Sequence[str] | None = None
    ) -> tuple[dict[str, Any], subprocess.CompletedProcess[str]]:
        """Plan, apply, and hold against each other what both said; the plan, and the run.

        Of each box in ``boxes`` (by default all): what the plan was certain of was changed, and
        nothing was changed that the plan had not named; where ``status`` is 0 the next plan finds
        all as declared. ``options`` are those of both commands.
        """
        plan = self.plan(*options, statuses=(0, 2) if status == 0 else (0, 1, 2))
        done = self.apply(*options)
        assert done.returncode == status, done.stdout + done.stderr
        for box in plan["boxes"]:
            if boxes is not None and box["box"] not in boxes:
                continue
            record = self.record(str(box["box"]))
            ran = {*record["changed"], *record["failed"]}
            may = {one["name"] for one in box["operations"] if one["status"] != "current"}
            must = {one["name"] for one in box["operations"] if one["status"] == "change"}
            # what two deploys declare alike is planned twice, and done once: by the first of them
            alike = {name.partition(" | ")[2] for name in ran}
            twice = {
                name
                for name in must
                if name.startswith(_OF_NAMES) or name.partition(" | ")[2] in alike
            }
            assert ran - may == set(), f"{box['box']}: not planned: {ran - may}"
            if status == 0:
                assert must - twice - ran == set(), f"{box['box']}: not done: {must - twice - ran}"
        if status == 0:
            after = self.plan(*options)
            reasons = {
                str(one["reasons"])
                for box in after["boxes"]
                for one in box["operations"]
                if one["status"] not in ("current", "action")
            }
            assert after["drift"] is False, (after["summary"], reasons)
        return plan, done

    def names(self, plan: Mapping[str, Any], of: str = "Leaves") -> dict[str, list[str]]:
        """By box, the names of a deploy's operations that the plan does not call current."""
        found: dict[str, list[str]] = {box: [] for box in self.boxes}
        for box in plan["boxes"]:
            for one in box["operations"]:
                deploy, _, name = one["name"].partition(" | ")
                if deploy == of and one["status"] != "current":
                    found[str(box["box"])].append(name)
        return found

    def started(self, *boxes: str) -> dict[str, str]:
        """By container of any box (or of ``boxes``), when it was started."""
        line = "sudo docker inspect -f '{{.Name}} {{.State.StartedAt}}' $(sudo docker ps -q)"
        places = [self.boxes[box] for box in boxes or self.boxes]
        with ThreadPoolExecutor() as at_once:
            said = at_once.map(lambda at: self.ssh(at, line, check=False), places)
            pairs = [line.split() for text in said for line in text.splitlines()]
        return {name.strip("/"): when for name, when in pairs}

    def record(self, box: str) -> dict[str, Any]:
        """The last line of what runs left on a box."""
        line = self.ssh(self.boxes[box], "sudo tail -n 1 /var/log/dockwright/runs.jsonl")
        return dict(json.loads(line))


# the box's own busybox, as a file system of an image
_PACK = (
    "sudo apt-get -qq update >/dev/null; sudo DEBIAN_FRONTEND=noninteractive apt-get -qq -y "
    "install busybox-static >/dev/null 2>&1; mkdir -p t/bin t/tmp; cp /bin/busybox t/bin/; "
    "for name in sh wget date sleep cat ls nc; do ln -sf busybox t/bin/$name; done; tar -C t -c ."
)
