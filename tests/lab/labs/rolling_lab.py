"""Three boxes with an engine each, whose one leaf is upgraded, and its images of several sorts."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

LAB = OwnLab("rolling", "192.168.64.0/24", ("first", "second", "third"))
BOXES = {box: LAB.address(box) for box in LAB.boxes}
WAIT = 15
# busybox as process 1 asks for no signal: it would be waited for 10 s at every stop
PROCFILE = "web: docker run --stop-timeout 1 -p 8080:8080 --env GREETING=hello app\n"
INVENTORY = """
from dockwright import lab

docker_hosts = lab.inventory()
"""
DEPLOY = """
from pathlib import Path

from pyinfra import host

from dockwright.operations import boot
from dockwright.operations import engine

engine.package(_sudo=True)
engine.service(_sudo=True)
if host.data.get("version"):
    boot.job(
        name="app: boot job",
        leaf="app",
        image=f"app:{{host.data.version}}",
        procfile="{procfile}",
        address=host.data.dockwright_address,
        scale={{"web": int(host.data.get("scale", 1))}},
        wait={wait},
        steady=2,
        at_once=int(host.data.get("at_once", 1)),
        _sudo=True,
    )
"""
# what an image needs to run the box's own busybox: no mirror, and no base
BUILD = """
set -e
folder=$(mktemp -d)
cp /bin/busybox "$folder/busybox"
cd "$folder"
mkdir www
for version in one two three; do
    echo "$version" >www/index.html
    printf '%s\\n' 'FROM scratch' 'COPY busybox /bin/busybox' 'COPY www /www' \
        'HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD ["/bin/busybox", "wget", "-qO-", "http://127.0.0.1:8080/"]' \
        'CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]' >Dockerfile
    docker build -q -t app:$version .
done
printf '%s\\n' 'FROM app:one' 'HEALTHCHECK NONE' >Dockerfile
docker build -q -t app:unwatched .
printf '%s\\n' 'FROM app:one' 'CMD ["/bin/busybox", "sh", "-c", "echo the disk of app is full; exit 3"]' >Dockerfile
docker build -q -t app:exits .
printf '%s\\n' 'FROM app:one' 'HEALTHCHECK NONE' 'CMD ["/bin/busybox", "sh", "-c", "echo not today; exit 3"]' >Dockerfile
docker build -q -t app:unwatched-exits .
printf '%s\\n' 'FROM app:one' 'CMD ["/bin/busybox", "sh", "-c", "echo cannot reach the database; trap exit TERM; while :; do /bin/busybox sleep 1; done"]' >Dockerfile
docker build -q -t app:sick .
rm -rf "$folder"
"""  # noqa: E501
# asks each box ten times a second, for two minutes at the most
WATCH = """
folder=$1; shift
for at; do
    (for _ in $(seq 1 1200); do
        [ -e "$folder/stop" ] && break
        now=$(date +%s.%N)
        code=$(curl -s -o /dev/null --noproxy '*' --max-time 1 -w '%{http_code}' "http://$at:8080/")
        echo "$at $now $code"
        sleep 0.1
    done) &
done
wait
"""


class Boxes(SiteLab):
    """Three boxes with an engine each, and images that work, exit at once, or never get well."""

    def __init__(self, state: Path) -> None:
        super().__init__(state, LAB.name)
        self.folder = state / "project"
        self.folder.mkdir(exist_ok=True)
        (self.folder / "Procfile").write_text(PROCFILE)
        (self.folder / "inventory.py").write_text(INVENTORY)
        text = DEPLOY.format(procfile=self.folder / "Procfile", wait=WAIT)
        (self.folder / "deploy.py").write_text(text)

    def deploy(self, version: str, *options: str, **data: str) -> dict[str, Any]:
        given = [f"--data={key}={value}" for key, value in {"version": version, **data}.items()]
        return self.pyinfra(
            str(self.folder / "deploy.py"),
            *options,
            *given,
            inventory=str(self.folder / "inventory.py"),
        )

    def watched(self, version: str) -> tuple[dict[str, Any], dict[str, list[tuple[float, bool]]]]:
        """Deploy ``version`` while every box is asked for its page, again and again."""
        (self.folder / "watch.sh").write_text(WATCH)
        with ThreadPoolExecutor() as at_once:
            watching = at_once.submit(
                self.run, "sh", f"{self.folder}/watch.sh", str(self.folder), *BOXES.values()
            )
            done = self.deploy(version)
            (self.folder / "stop").touch()
            lines = watching.result().stdout.splitlines()
        (self.folder / "stop").unlink()
        seen: dict[str, list[tuple[float, bool]]] = {address: [] for address in BOXES.values()}
        for address, when, code in map(str.split, lines):
            seen[address].append((float(when), code == "200"))
        return done, seen

    def dockwright(self, *argv: str) -> tuple[int, str]:
        done = self.run("dockwright", *argv, DOCKWRIGHT_INVENTORY=str(self.folder / "inventory.py"))
        return done.returncode, done.stdout + done.stderr

    def started(self) -> dict[str, str]:
        line = "sudo docker inspect -f '{{.Id}} {{.State.StartedAt}}' app.web.1"
        return {box: self.ssh(address, line) for box, address in BOXES.items()}

    def serves(self) -> list[str]:
        return [self.page(f"http://{at}:8080/")[1].strip() for at in BOXES.values()]

    def units(self) -> list[str]:
        line = "cat /etc/systemd/system/dockwright-app.web.1.service | sha256sum"
        return [self.ssh(address, line) for address in BOXES.values()]


def furnish(state: Path) -> Boxes:
    """Give the boxes, which are up, their engines and images, and no leaf yet."""
    made = Boxes(state)
    engines = made.deploy("")
    assert engines["status"] == 0, engines["said"]
    with ThreadPoolExecutor() as at_once:
        for said in at_once.map(
            lambda address: made.ssh(
                address,
                "sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq busybox-static "
                ">/dev/null && sudo sh",
                stdin=BUILD,
            ),
            BOXES.values(),
        ):
            assert said.count("sha256:") == 7, said
    return made
