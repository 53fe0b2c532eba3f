"""The site of docs/coming-from.md: each row's way to write it is written here once."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, LOOP, OwnSite, server

LAB = OwnLab("coming", "192.168.99.0/24", ("app", "far", "hub"), packages=WITH_ENGINE)
LOG = 'sh -c "trap exit TERM; while :; do date; sleep 1; done"'
WEB = f"""\
release: docker run --stop-timeout 1 -v /srv/web:/data web sh -c "echo migrated >>/data/log"
web: docker run --stop-timeout 1 -p 8000:8000 -v /srv/web:/data --memory 512m --cpus 1 --read-only \
--cap-add NET_RAW -e TONE=low web
worker: docker run --stop-timeout 1 --no-healthcheck web {LOG}
nightly: @daily docker run --stop-timeout 1 --no-healthcheck web date"""
SIDE = (
    "web: docker run --stop-timeout 1 -p 0.0.0.0:${PORT:-8100}:8100 --health-cmd true "
    "--health-interval 1s --env-file /etc/side.env --entrypoint /bin/busybox side httpd -f -p 8100 "
    "-h /www"
)
DATA = {
    "dockwright_base_source": "bootstrap",
    "dockwright_wait_seconds": 30,
    "dockwright_steady_seconds": 2,
    "dockwright_boxes_at_once": 1,
    "dockwright_registry": f"{LAB.address('hub')}:5000/team",
    "dockwright_registry_password_command": ["cat", "registry.password"],
    "dockwright_externals": ["docker.io/library/extern:16"],
    "dockwright_after": {"web": ["db"]},
    "dockwright_scale": {"side": {"web": 2}},
}
PASSWORD = "a password of the vault's"
HOSTS = (
    "from dockwright.deploys import docker_host, registry_host\n\ndocker_host()\nregistry_host()\n"
)


class Comer(OwnSite):
    def declare(self, greeting: str = "hello", *further: str) -> None:
        """The site; ``further`` are leaves of box far that others have not."""
        self.write({"app": ["web", "both"], "far": ["db", "side", "both", *further], "hub": []})
        self.data(**DATA)
        (self.folder / "secret.txt").write_text(f"{greeting}\n")
        with (self.folder / "group_data/all.py").open("a") as data:
            line = "{'web': {'GREETING': open('secret.txt').read().strip()}}"
            data.write(f"dockwright_env = {line}\n")

    def as_root(self, box: str, line: str) -> str:
        return self.ssh(self.boxes[box], "sudo sh -s", stdin=line)

    def of(self, box: str, container: str, what: str) -> str:
        return self.as_root(box, f"docker inspect -f '{{{{{what}}}}}' {container}")

    def environment_of(self, box: str, container: str) -> list[str]:
        return list(json.loads(self.of(box, container, "json .Config.Env")))

    def says(self, *words: str, stdin: str | None = None) -> str:
        done = self.run("dockwright", *words, stdin=stdin, DOCKWRIGHT_INVENTORY="inventory.py")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def applied(self) -> bool:
        done = self.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        return True

    def shown(self) -> str:
        return self.page(f"http://{self.boxes['app']}:8000/")[1].strip()

    def follows(self, leaf: str) -> bool:
        """Whether a line comes of a command that goes on."""
        begun = subprocess.Popen(
            ["dockwright", "logs", leaf, "--follow"],
            cwd=self.folder,
            env={**self.environment, "DOCKWRIGHT_INVENTORY": "inventory.py"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert begun.stdout is not None
            return begun.stdout.readline().strip() != ""
        finally:
            begun.terminate()
            begun.wait(30)


@contextmanager
def stood_up(state: Path) -> Iterator[Comer]:
    """All of it up, after the first run."""
    with LAB.up(state):
        made = Comer(LAB, state, ("hub",))
        made.furnish("app")
        (made.folder / "hosts.py").write_text(HOSTS)
        (made.folder / "registry.password").write_text(f"{PASSWORD}\n")
        made.declare("hello", "old")
        made.leaf("web", WEB, *COPY, server(8000))
        made.leaf("side", SIDE, *COPY)
        made.leaf(
            "db", f"db: docker run --stop-timeout 1 -v dbdata:/data extern:16 /bin/busybox {LOG}"
        )
        made.leaf("both", "work: docker run --stop-timeout 1 both", "FROM tools", f"CMD {LOOP}")
        made.leaf("old", f"work: docker run --stop-timeout 1 -v old:/data both {LOG}")
        for leaf in ("db", "old"):
            (made.folder / f"images/{leaf}/Dockerfile").unlink()
        made.as_root("far", "echo FROM_FILE=yes >/etc/side.env")
        # the registry first: an image of others is brought into it
        hosts = made.dockwright("apply", "inventory.py", "hosts.py", "--yes")
        assert hosts.returncode == 0, hosts.stdout + hosts.stderr
        made.as_root("app", "tar -C / -c bin/busybox | docker import - extern:16")
        made.says("images", "mirror", "extern:16")
        made.applied()
        yield made
