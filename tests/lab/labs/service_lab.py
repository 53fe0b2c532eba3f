"""A box that is a swarm by itself, and one leaf on it, as services or as boot jobs."""

import json
from pathlib import Path
from typing import Any

from tests.lab.labs.jobs_lab import BUILD, INVENTORY
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.site_lab import SiteLab

LAB = OwnLab("services", "192.168.126.0/24", ("box",), packages=WITH_ENGINE)
WAIT = 20
# busybox as process 1 asks for no signal: it would be waited for 10 s at every stop
RUN = "docker run --stop-timeout 1"
WEB = f"web: {RUN} --memory 64m --env KIND=plain -p 8080:8080 app\n"
DEPLOY = """
from pyinfra import host

from dockwright.operations import boot, service
from dockwright.switching.roll_out import settle

given = {{
    "leaf": "app",
    "image": f"app:{{host.data.get('version')}}",
    "procfile": "{folder}/Procfile",
    "env": {{"GREETING": host.data.get("greeting") or "hello 'from' the site"}},
    "scale": {{"web": int(host.data.get("scale") or 1)}},
    "wait": {wait},
    "steady": 1,
}}
where = host.data.get("where")
if where == "boot":
    service.pause(name="app: its services let go", leaf="app", boxes=["box"], _sudo=True)
    boot.job(name="app: boot job", **given, declared=["app"], _sudo=True, _ignore_errors=True)
if where == "swarm":
    service.leaf(name="app: services", boxes=["box"], **given, _sudo=True)
boot.only(name="no others", leaves=["app"] if where == "boot" else [], _sudo=True)
service.only(name="no other services", leaves=["app"] if where == "swarm" else [], _sudo=True)
settle("the leaf is up")
"""
MORE = r"""
set -e
cd "$(mktemp -d)"
printf '%s\n' 'FROM app:one' 'CMD ["/bin/busybox", "sh", "-c", "echo the disk of app is full; exit 3"]' >Dockerfile
docker build -q -t app:exits .
docker swarm init --advertise-addr ADDRESS >/dev/null
"""  # noqa: E501


class ServiceLab(SiteLab):
    """The box of the lab, a manager of a swarm of one node."""

    def __init__(self, state: Path, lab: OwnLab = LAB) -> None:
        super().__init__(state, lab.name)
        self.address = lab.address("box")
        self.folder = state / "project"
        self.folder.mkdir(exist_ok=True)
        (self.folder / "deploy.py").write_text(DEPLOY.format(folder=self.folder, wait=WAIT))
        self.environment["DOCKWRIGHT_INVENTORY"] = str(self.folder / "inventory.py")

    def deploy(
        self, version: str, procfile: str = WEB, where: str = "swarm", **data: Any
    ) -> dict[str, Any]:
        (self.folder / "Procfile").write_text(procfile)
        given = {"version": version, "where": where, **data}
        boxes = f"[(box, {{**of, **{given!r}}}) for box, of in docker_hosts]"
        (self.folder / "inventory.py").write_text(f"{INVENTORY}\ndocker_hosts = {boxes}\n")
        inventory = str(self.folder / "inventory.py")
        return self.pyinfra(str(self.folder / "deploy.py"), inventory=inventory)

    def root(self, line: str) -> str:
        return self.ssh(self.address, "sudo sh -eu", stdin=line)

    def spec(self, service: str) -> dict[str, Any]:
        line = f"docker service inspect --format '{{{{json .Spec}}}}' {service}"
        return dict(json.loads(self.root(line)))

    def services(self) -> list[str]:
        line = "docker service ls --format '{{.Name}} {{.Replicas}}'"
        return sorted(self.root(line).splitlines())

    def serves(self) -> str:
        return self.page(f"http://{self.address}:8080/")[1].strip()

    def fresh(self) -> None:
        """No leaf, and no data of one."""
        done = self.deploy("one", where="none")
        assert done["status"] == 0, done["said"]
        self.root("docker volume rm -f appstate >/dev/null")


def furnish(state: Path, lab: OwnLab = LAB) -> ServiceLab:
    """Give the box, which is up, its images and its swarm, and no leaf yet."""
    made = ServiceLab(state, lab)
    assert made.root(BUILD).count("sha256:") == 2
    made.root(MORE.replace("ADDRESS", made.address))
    return made
