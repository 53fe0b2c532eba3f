"""A box with an engine, and one leaf whose Procfile has more than what lives on."""

from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

LAB = OwnLab("jobs", "192.168.78.0/24", ("box",))
BOX = LAB.address("box")
# busybox as process 1 asks for no signal: it would be waited for 10 s at every stop
RUN = "docker run --stop-timeout 1 -v appstate:/state"
WEB = f"web: {RUN} -p 8080:8080 --label of=web app\n"
INVENTORY = """
from dockwright import lab

docker_hosts = lab.inventory()
"""
DEPLOY = """
from pyinfra import host

from dockwright.operations import boot
from dockwright.operations import engine

engine.package(init={init!r}, _sudo=True)
engine.service(_sudo=True)
version = host.data.get("version")
if version:
    boot.job(
        name="app: boot job",
        leaf="app",
        image=f"app:{{version}}",
        procfile="{folder}/Procfile",
        address=host.data.dockwright_address,
        scale={{"tick": 2}} if host.data.get("scaled") else None,
        env={{"GREETING": "hello from the site"}},
        init={init!r},
        wait={wait},
        steady=1,
        present=version != "none",
        _sudo=True,
    )
"""
WAIT = 8
# what an image needs to run the box's own busybox: no mirror, and no base
BUILD = r"""
set -e
DEBIAN_FRONTEND=noninteractive apt-get -qq -y install busybox-static >/dev/null
folder=$(mktemp -d)
cp /bin/busybox "$folder/busybox"
cd "$folder"
mkdir www
for version in one two; do
    echo "$version" >www/index.html
    printf '%s\n' 'FROM scratch' 'COPY busybox /bin/busybox' 'COPY busybox /bin/sh' 'COPY www /www' \
        'HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD ["/bin/busybox", "wget", "-qO-", "http://127.0.0.1:8080/"]' \
        'CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]' >Dockerfile
    docker build -q -t "app:$version" .
done
rm -rf "$folder"
"""  # noqa: E501


class JobsLab(SiteLab):
    """The box of a lab, and the leaf ``app`` on it, whose jobs are of ``init``."""

    def __init__(self, state: Path, lab: OwnLab = LAB, init: str | None = None) -> None:
        super().__init__(state, lab.name)
        self.address = lab.address("box")
        self.folder = state / "project"
        self.folder.mkdir(exist_ok=True)
        (self.folder / "inventory.py").write_text(INVENTORY)
        (self.folder / "deploy.py").write_text(
            DEPLOY.format(folder=self.folder, wait=WAIT, init=init)
        )
        self.environment["DOCKWRIGHT_INVENTORY"] = str(self.folder / "inventory.py")

    def deploy(self, version: str, procfile: str = WEB, **data: str) -> dict[str, Any]:
        (self.folder / "Procfile").write_text(procfile)
        given = [f"--data={key}={value}" for key, value in {"version": version, **data}.items()]
        inventory = str(self.folder / "inventory.py")
        return self.pyinfra(str(self.folder / "deploy.py"), *given, inventory=inventory)

    def root(self, line: str) -> str:
        return self.ssh(self.address, "sudo sh -eu", stdin=line)

    def fresh(self) -> None:
        """No leaf, and nothing in its volume."""
        done = self.deploy("none")
        assert done["status"] == 0, done["said"]
        self.root("docker volume rm -f appstate >/dev/null")

    def state_of(self, name: str) -> list[str]:
        """The lines of a file in the leaf's volume."""
        line = f"cat /var/lib/docker/volumes/appstate/_data/{name} 2>/dev/null || :"
        return self.root(line).splitlines()

    def serves(self) -> str:
        return self.page(f"http://{self.address}:8080/")[1].strip()

    def units(self) -> list[str]:
        return self.root(
            "cd /etc/systemd/system; ls -d dockwright-app* | grep -v wants$ || :"
        ).splitlines()


def furnish(state: Path, lab: OwnLab = LAB, init: str | None = None) -> JobsLab:
    """Give the box, which is up, its engine and images, and no leaf yet."""
    made = JobsLab(state, lab, init)
    engine = made.deploy("")
    assert engine["status"] == 0, engine["said"]
    assert made.root(BUILD).count("sha256:") == 2
    return made
