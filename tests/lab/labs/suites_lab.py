"""A small site of somebody's own on boxes of each suite of Debian, and on variants of them.

Two bare boxes: ``hub`` keeps the registry and builds, ``app`` runs the leaf. What a suite's engine,
its image store, its sudo and its coreutils are is asked of the boxes, and told beside the outcome.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dockwright import lab
from dockwright.lab.box import unified
from dockwright.registry import SHIPPED
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

BOXES = ("hub", "app")
PORT = 8000
PROCFILE = f"web: docker run --stop-timeout 1 -p {PORT}:{PORT} front"
CONTAINERD = {"features": {"containerd-snapshotter": True}}
# what BuildKit alone reads: each of the suites has it
BY_BUILDKIT = "RUN --mount=type=tmpfs,target=/a echo made >/a/b && echo made >/www/made"
_BUILDERS = "\nbuilders = [box for box in boxes if box[0] == 'hub']\n"
# sudo-rs and the Rust coreutils by the names that everybody calls; Debian has them beside the usual
RUST = r"""
set -e
for name in $(coreutils --list); do
  for at in /usr/bin /usr/sbin; do
    [ -e "$at/$name" ] && [ "$name" != coreutils ] || continue
    ln -s /usr/bin/coreutils "$at/.$name.new"
    mv -fT "$at/.$name.new" "$at/$name"
  done
done
ln -s sudo-rs /usr/bin/.sudo.new
mv -fT /usr/bin/.sudo.new /usr/bin/sudo
"""


@dataclass(frozen=True)
class Row:
    """Boxes of a sort: their lab, what their site's data has besides, what is done to them first.

    ``title`` is what the docs call them.
    """

    title: str
    boxes: OwnLab
    data: dict[str, Any] = field(default_factory=dict)
    first: str = ""


ROWS = {
    "bookworm": Row("Debian 12", OwnLab("suite12", "192.168.134.0/24", BOXES)),
    "trixie": Row("Debian 13", OwnLab("suite13", "192.168.102.0/24", BOXES, "trixie")),
    "forky": Row("Debian testing", OwnLab("suite14", "192.168.103.0/24", BOXES, "forky")),
    "trixie-containerd": Row(
        "Debian 13, containerd's image store",
        OwnLab("store13", "192.168.104.0/24", BOXES, "trixie"),
        {"dockwright_daemon": CONTAINERD},
    ),
    "forky-containerd": Row(
        "Debian testing, containerd's image store",
        OwnLab("store14", "192.168.105.0/24", BOXES, "forky"),
        {"dockwright_daemon": CONTAINERD},
    ),
    "forky-rust": Row(
        "Debian testing, sudo-rs and rust-coreutils",
        OwnLab("rust14", "192.168.106.0/24", BOXES, "forky", ("rust-coreutils", "sudo-rs")),
        first=RUST,
    ),
}
# one line for each thing that is told of a box beside what was tried on it
_ASKED = """
echo "engine $(sudo docker version --format '{{.Server.Version}}')"
echo "buildx $(sudo docker buildx version 2>/dev/null | cut -d' ' -f2)"
echo "store $(sudo docker info --format '{{.Driver}}')"
echo "sudo $(sudo --version 2>/dev/null | head -n 1)"
echo "coreutils $(stat --version | head -n 1)"
"""


class SuiteSite(OwnSite):
    """The boxes and the folder of a row."""

    given = False

    def __init__(self, row: Row, state: Path) -> None:
        super().__init__(row.boxes, state, ("hub",), hubs_run_leaves=True)
        self.row = row

    def registry_without_cpus(self) -> None:
        """A registry of the site's own that asks for no bound of the processor, where none can be.

        A suite that knows version 2 of control groups alone has no controllers on a machine with
        version 1, and its engine refuses ``--cpus``.
        """
        is_unified = Path("/sys/fs/cgroup/cgroup.controllers").exists()
        if not unified(self.row.boxes.suite, machine_is_unified=is_unified):
            return
        folder = self.folder / "images/registry"
        shutil.copytree(SHIPPED / "registry", folder)
        procfile = folder / "Procfile"
        procfile.write_text(procfile.read_text().replace(" --cpus 1", ""))

    def declare(self, page: str = "first", *further: str, **keys: Any) -> None:
        """The site, with a leaf that shows ``page``, and ``further`` lines of its Dockerfile."""
        self.write({"hub": [], "app": ["front"]}, _BUILDERS)
        data = {"dockwright_base_source": "bootstrap", "dockwright_wait_seconds": 30}
        self.data(**{**data, **self.row.data, **keys})
        text = (*COPY, BY_BUILDKIT, server(PORT), *further)
        self.leaf("front", PROCFILE, *text, page=page)

    def shown(self) -> str:
        """What a visitor sees."""
        code, text = self.page(f"http://{self.boxes['app']}:{PORT}/")
        assert code == 200, (code, text)
        return text.strip()

    def upon(self, variable: str) -> None:
        """Have the leaf's parent set a ``variable``: ``NAME=value``."""
        dockerfile = self.folder / "images/tools/Dockerfile"
        dockerfile.write_text(f"{dockerfile.read_text()}ENV {variable}\n")

    def ids(self, box: str, name: str) -> set[str]:
        """The IDs of what the engine of ``box`` has of ``name``, a repository or ``name:tag``."""
        line = "sudo docker image ls -a --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}'"
        pairs = (one.split(" ") for one in self.ssh(self.boxes[box], line).splitlines())
        return {
            known
            for known, its in pairs
            if its.rpartition("/")[2] == name or its.rpartition("/")[2].partition(":")[0] == name
        }

    def told(self) -> dict[str, str]:
        """By word, what the box of the leaf says it has."""
        lines = self.ssh(self.boxes["app"], _ASKED).splitlines()
        pairs = (line.partition(" ") for line in lines)
        return {word: rest for word, _, rest in pairs}

    def current(self) -> None:
        """Hold that all is as declared, and that a run finds nothing to do."""
        done = self.dockwright("plan", "inventory.py", "site.py")
        assert done.returncode == 0, done.stdout + done.stderr
        done = self.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        assert {box: self.record(box)["changed"] for box in BOXES} == {box: [] for box in BOXES}

    def switch_store(self, box: str) -> None:
        """Have an engine keep images in containerd's store, by hand."""
        keys = '"features": {"containerd-snapshotter": true},'
        self.ssh(
            self.boxes[box],
            f"sudo sed -i 's/^{{/{{{keys}/' /etc/docker/daemon.json && "
            "sudo systemctl restart docker",
        )
        assert self.told()["store"] == "overlayfs"
        assert self.ids(box, "front") == set()

    def reboot(self, box: str) -> None:
        lab.reboot(self.name, box, self.state)


def stand_up(row: Row, state: Path) -> SuiteSite:
    """The folder of a row whose boxes are up, and bare."""
    made = SuiteSite(row, state)
    made.furnish("app")
    made.registry_without_cpus()
    for box in BOXES if row.first else ():
        made.ssh(made.boxes[box], "sudo sh", stdin=row.first)
    made.declare()
    return made
