"""A box with an engine, one leaf behind nginx, and its images of several sorts of trouble."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.site_lab import SiteLab
from tests.lab.labs.watched import Seen, watched

LAB = OwnLab("outages", "192.168.57.0/24", ("box",), packages=WITH_ENGINE)
BOX = LAB.address("box")
WAIT = 60  # as a site has it by default
# busybox as process 1 asks for no signal: it would be waited for 10 s at every stop
PROCFILE = "web: docker run --stop-timeout 1 -p 8080:8080 --env PORT=$PORT -v appstate:/state app\n"
INVENTORY = """
from dockwright import lab

docker_hosts = lab.inventory()
"""
DEPLOY = """
import os

from pyinfra import host

from dockwright.operations import boot
from dockwright.operations import engine

version = host.data.get("version", os.environ.get("VERSION"))
leaf = host.data.get("leaf", "app")

engine.package(_sudo=True)
engine.service(_sudo=True)
if version:
    boot.job(
        name=f"{{leaf}}: boot job",
        leaf=leaf,
        image=f"app:{{version}}",
        procfile="{procfile}",
        address=host.data.dockwright_address,
        scale={{"web": int(host.data.get("scale", 1))}},
        wait=int(host.data.get("wait", {wait})),
        steady=2,
        declared=[leaf],
        _sudo=True,
    )
    boot.only(name="no other leaves", leaves=[leaf], _sudo=True)
"""
# what an image needs to run the box's own busybox: no mirror, and no base
BUILD = r"""
set -e
folder=$(mktemp -d)
cp /bin/busybox "$folder/busybox"
cd "$folder"
mkdir www
image() {  # NAME, FROM, then further lines of its Dockerfile
    name=$1 from=$2; shift 2
    printf '%s\n' "FROM $from" "$@" >Dockerfile
    docker build -q -t "app:$name" .
}
start() {  # what it runs, by busybox's shell
    printf 'CMD ["/bin/busybox", "sh", "-c", "%s"]' "$1"
}
serve='exec /bin/busybox httpd -f -v -p 8080 -h /www'
watched='HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD'
for version in one two; do
    echo "$version" >www/index.html
    image $version scratch 'COPY busybox /bin/busybox' 'COPY www /www' \
        "$watched [\"/bin/busybox\", \"wget\", \"-qO-\", \"http://127.0.0.1:8080/\"]" \
        "$(start "$serve")"
done
image exits app:one "$(start 'echo the disk of app is full; exit 3')"
image once app:two "$(start "[ -e /state/ran ] || { : >/state/ran; exit 0; }; $serve")"
image second app:two "$(start "[ \$PORT = 5000 ] || { echo one is enough; exit 3; }; $serve")"
image sick app:one \
    "$watched [\"/bin/busybox\", \"sh\", \"-c\", \"echo 'curl: (7) Failed to connect'; exit 1\"]" \
    "$(start 'for n in $(/bin/busybox seq 30); do echo step $n; done; for n in $(/bin/busybox seq 17); do echo cannot reach the database; done; trap exit TERM; while :; do /bin/busybox sleep 1; done')"
rm -rf "$folder"
"""  # noqa: E501
IMAGES = 6
NGINX = """
set -e
DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends nginx-light \
    busybox-static >/dev/null
cat >/etc/nginx/sites-enabled/default <<'END'
upstream app {
    # one that was away a moment ago may be the only one that is there now
    server ADDRESS:8080 max_fails=0;
    server ADDRESS:8081 max_fails=0;
}
server {
    listen 80;
    location / {
        proxy_pass http://app;
        proxy_next_upstream error timeout http_502;
        proxy_connect_timeout 1s;
    }
}
END
systemctl restart nginx
"""


class OutageLab(SiteLab):
    """The box, and the leaf ``app`` on it; ``folder`` has the deploy of the tests."""

    def __init__(self, state: Path) -> None:
        super().__init__(state, LAB.name)
        self.folder = state / "project"
        self.folder.mkdir(exist_ok=True)
        self.procfile(PROCFILE)
        (self.folder / "inventory.py").write_text(INVENTORY)
        text = DEPLOY.format(procfile=self.folder / "Procfile", wait=WAIT)
        (self.folder / "deploy.py").write_text(text)

    def procfile(self, text: str) -> None:
        (self.folder / "Procfile").write_text(text)

    def deploy(self, version: str, *options: str, **data: object) -> dict[str, Any]:
        given = [f"--data={key}={value}" for key, value in {"version": version, **data}.items()]
        return self.pyinfra(
            str(self.folder / "deploy.py"),
            *options,
            *given,
            inventory=str(self.folder / "inventory.py"),
        )

    def watched(self, port: int) -> AbstractContextManager[Seen]:
        """Ask ``port`` of the box for its page, again and again, as long as the block lasts."""
        return watched(self, self.folder, f"{BOX}:{port}")

    def root(self, line: str) -> str:
        return self.ssh(BOX, "sudo sh -eu", stdin=line)

    def started(self) -> str:
        """Every container of the leaf, and since when it runs."""
        line = "docker ps -q -f name=app.web | xargs -r docker inspect -f '{{.Name}} {{.State.StartedAt}}'"  # noqa: E501
        return "\n".join(sorted(self.root(line).splitlines()))

    def serves(self, port: int = 8080) -> str:
        return self.page(f"http://{BOX}:{port}/")[1].strip()


def furnish(state: Path) -> OutageLab:
    """Give the box, which is up, its engine, nginx and images, and no leaf yet."""
    made = OutageLab(state)
    engine = made.deploy("")
    assert engine["status"] == 0, engine["said"]
    made.root(NGINX.replace("ADDRESS", BOX))
    assert made.root(BUILD).count("sha256:") == IMAGES
    return made
