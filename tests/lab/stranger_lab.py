"""A site of somebody's own, in a folder of its own, with the wheel: three boxes that all differ.

``app1`` runs the front and the backend, ``app2`` the database and a clock, ``hub`` the registry.
Every image of theirs is the boxes' own busybox: what is tried is the site and not its programs.
"""

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.lab.own_lab import OwnLab
from tests.lab.site_lab import ROOT, SiteLab

LAB = OwnLab("stranger", "192.168.58.0/24", ("app1", "app2", "hub"))
BOXES = {box: LAB.address(box) for box in LAB.boxes}
INVENTORY = """
from dockwright.boxes import lab

boxes = lab.inventory()
docker_hosts = [box for box in boxes if box[0] != "hub"]
registry_hosts = [box for box in boxes if box[0] == "hub"]
"""
DATA = {
    "dockwright_base_source": "bootstrap",
    "dockwright_after": {"front": ["backend"], "backend": ["db"]},
    "dockwright_env": {"backend": {"GREETING": "hello"}},
    "dockwright_wait_seconds": 20,
}
LEAVES = {"app1": ["front", "backend"], "app2": ["db", "clock"]}
PROCFILES = {
    "front": "web: docker run --stop-timeout 1 -p 8000:8000 front",
    "backend": "web: docker run --stop-timeout 1 -p 8100:8100 -e PAGE=/www backend",
    "db": "db: docker run --stop-timeout 1 -p 5432:5432 -v dbdata:/data db",
    "clock": "clock: docker run --stop-timeout 1 clock",
}
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


def server(port: int) -> str:
    """The last lines of a Dockerfile of a web server of the folder /www."""
    at = f"http://127.0.0.1:{port}/"
    return (
        f'HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD ["wget", "-qO-", "{at}"]\n'
        f'CMD ["/bin/busybox", "httpd", "-f", "-p", "{port}", "-h", "/www"]\n'
    )


class Stranger(SiteLab):
    """The boxes and the folder; each question is put by ssh, curl or another plain program."""

    def __init__(self, state: Path) -> None:
        super().__init__(state, LAB.name)
        self.folder = state / "site"
        self.environment["PATH"] = f"{state}/venv/bin:{self.environment['PATH']}"

    def run(
        self, *argv: str, timeout: int = 900, stdin: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv, cwd=self.folder, env={**self.environment, **environment}, capture_output=True,
            text=True, timeout=timeout, check=False, input=stdin,
        )  # fmt: skip

    def write(self, **leaves: list[str]) -> None:
        """The inventory; ``leaves`` of a box are those it runs, by default `LEAVES`."""
        each = {**LEAVES, "hub": [], **leaves}
        lines = [f"\nfor name, data in boxes:\n    data['dockwright_leaves'] = {each!r}[name]"]
        (self.folder / "inventory.py").write_text(INVENTORY + "\n".join(lines) + "\n")

    def data(self, **changed: Any) -> None:
        """The site's data, with further keys."""
        folder = self.folder / "group_data"
        folder.mkdir(exist_ok=True)
        lines = [f"{key} = {value!r}" for key, value in {**DATA, **changed}.items()]
        (folder / "all.py").write_text("\n".join(lines) + "\n")

    def leaf(self, name: str, procfile: str, *dockerfile: str, page: str = "") -> None:
        """An image folder with a Procfile; ``page`` is what its web server shows."""
        folder = self.folder / "images" / name
        (folder / "www").mkdir(parents=True, exist_ok=True)
        (folder / "www/index.html").write_text(f"{page or name}\n")
        (folder / "Procfile").write_text(f"{procfile}\n")
        (folder / "Dockerfile").write_text("\n".join(dockerfile) + "\n")

    def as_ever(self) -> None:
        """The site as it was first, whatever a test made of it."""
        shutil.rmtree(self.folder / "images" / "newcomer", ignore_errors=True)
        self.write()
        self.data()
        self.leaf("front", PROCFILES["front"], *COPY, server(8000))
        self.leaf("backend", PROCFILES["backend"], *COPY, server(8100))
        self.leaf("db", PROCFILES["db"], *COPY, server(5432))
        self.leaf("clock", PROCFILES["clock"], *COPY, f"CMD {LOOP}")

    def dockwright(self, *argv: str) -> subprocess.CompletedProcess[str]:
        done = self.run("dockwright", *argv, DOCKWRIGHT_INVENTORY="inventory.py")
        print(f"$ dockwright {' '.join(argv)}\n{done.stdout}{done.stderr}[{done.returncode}]")
        return done

    def plan(self, *options: str) -> dict[str, Any]:
        done = self.dockwright("plan", "inventory.py", "site.py", "--json", *options)
        assert done.returncode in (0, 2), done.stdout + done.stderr
        return dict(json.loads(done.stdout))

    def apply(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.dockwright("apply", "inventory.py", "site.py", "--yes", *options)

    def names(self, plan: dict[str, Any], of: str = "Leaves") -> dict[str, list[str]]:
        """By box, the names of a deploy's operations that the plan does not call current."""
        found: dict[str, list[str]] = {box: [] for box in BOXES}
        for box in plan["boxes"]:
            for one in box["operations"]:
                deploy, _, name = one["name"].partition(" | ")
                if deploy == of and one["status"] != "current":
                    found[str(box["box"])].append(name)
        return found

    def started(self) -> dict[str, str]:
        """By container of any box, when it was started."""
        line = "sudo docker inspect -f '{{.Name}} {{.State.StartedAt}}' $(sudo docker ps -q)"
        with ThreadPoolExecutor() as at_once:
            said = at_once.map(lambda at: self.ssh(at, line, check=False), BOXES.values())
            pairs = [line.split() for text in said for line in text.splitlines()]
        return {name.strip("/"): when for name, when in pairs}

    def record(self, box: str) -> dict[str, Any]:
        """The last line of what runs left on a box."""
        line = self.ssh(BOXES[box], "sudo tail -n 1 /var/log/dockwright/runs.jsonl")
        return dict(json.loads(line))


def stand_up(state: Path) -> Stranger:
    """The boxes, which are up, and the folder, with the first run of the site behind it."""
    made = Stranger(state)
    made.folder.mkdir()
    _install(state)
    (made.folder / "site.py").write_text(SITE)
    tools = made.folder / "images/tools"
    tools.mkdir(parents=True)
    (tools / "Dockerfile").write_text(
        'FROM scratch\nADD busybox.tar /\nENV PATH=/bin\nCMD ["/bin/busybox", "sh"]\n'
    )
    (tools / "busybox.tar").write_bytes(
        subprocess.run(
            made._ssh(BOXES["app1"], _PACK), check=True, capture_output=True, timeout=300
        ).stdout
    )
    made.as_ever()
    return made


# the box's own busybox, as a file system of an image
_PACK = (
    "sudo apt-get -qq update >/dev/null; sudo DEBIAN_FRONTEND=noninteractive apt-get -qq -y "
    "install busybox-static >/dev/null 2>&1; mkdir -p t/bin t/tmp; cp /bin/busybox t/bin/; "
    "for name in sh wget date sleep cat ls nc; do ln -sf busybox t/bin/$name; done; tar -C t -c ."
)


def _install(state: Path) -> None:
    """The wheel, in an environment that has its libraries, and nothing of the checkout."""
    words = (sys.executable, "-m", "build", "--wheel", "--outdir", str(state), str(ROOT))
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=300)
    [wheel] = state.glob("dockwright-*.whl")
    home = state / "venv"
    venv.create(home, with_pip=True)
    python = str(home / "bin/python")
    # libraries are this environment's own: another download of them tries nothing
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    words = (python, "-m", "pip", "install", "-q", "--no-deps", str(wheel))
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    for program, module in (("pyinfra", "pyinfra_cli.main"), ("dockwright", "dockwright.cli")):
        script = home / "bin" / program
        script.write_text(f"#!{python}\nimport sys\nfrom {module} import main\nsys.exit(main())\n")
        script.chmod(0o755)
