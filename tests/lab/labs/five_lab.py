"""A site of six boxes: one keeps the registry, three manage a swarm and two work for it.

Its leaves are services: ``page`` has no data and three tasks, ``count`` has data. nginx on the
registry's box is in front of ``page`` on all nodes, as a site has it that does so by itself.
"""

from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server
from tests.lab.labs.swarm_site import CGI, COUNT, DATA

MANAGERS, WORKERS = ("m1", "m2", "m3"), ("w1", "w2")
NODES = (*MANAGERS, *WORKERS)
LAB = OwnLab("five", "192.168.108.0/24", ("hub", *NODES), packages=WITH_ENGINE)
PAGE, RECORDS = 8100, 8000
SITE = """
from dockwright.deploys import docker_host, images, leaves, registry_host, swarm

docker_host()
registry_host()
swarm()
images()
leaves()
"""
GROUPS = f"""
swarm_managers = [box for box in boxes if box[0] in {MANAGERS!r}]
swarm_workers = [box for box in boxes if box[0] in {WORKERS!r}]
builders = [box for box in boxes if box[0] == "m1"]
"""
_PROCFILES = {
    "count": f"web: docker run --stop-timeout 1 -p {RECORDS}:8000 -v records:/data count",
    "page": f"web: docker run --stop-timeout 1 -p {PAGE}:{PAGE} page",
}
# what the docs tell users of the host's ports to have
_NGINX = """
DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends nginx-light >/dev/null
cat >/etc/nginx/sites-enabled/default <<'END'
upstream page {
SERVERS
}
server {
    listen 80;
    location / {
        proxy_pass http://page;
        proxy_next_upstream error timeout http_502;
        proxy_connect_timeout 1s;
    }
}
END
systemctl restart nginx
"""


class FiveSite(OwnSite):
    """The boxes and the site's folder; each question is put by docker, ssh and curl."""

    def __init__(self, state: Path) -> None:
        super().__init__(LAB, state, ("hub",))
        self.front = f"{self.boxes['hub']}:80"

    def make(self) -> None:
        """All that the site declares, and nginx in front of it."""
        self.furnish("hub", SITE)
        self.leaf("count", _PROCFILES["count"], *COUNT)
        cgi = self.folder / "images/count/www/cgi-bin"
        cgi.mkdir(parents=True)
        (cgi / "records").write_text(CGI)
        (cgi / "records").chmod(0o755)
        self.page_says("one")
        self.write({}, GROUPS)
        self.declare()
        servers = "\n".join(f"    server {self.boxes[node]}:{PAGE} max_fails=0;" for node in NODES)
        self.root("hub", _NGINX.replace("SERVERS", servers))

    def declare(self, **further: Any) -> None:
        """The site's data."""
        on_swarm = {"page": "swarm", "count": "swarm"}
        scale = {"page": {"web": 3}}
        self.data(**DATA, dockwright_runs_on=on_swarm, dockwright_scale=scale, **further)

    def page_says(self, text: str, command: str = "") -> None:
        """Another version of ``page``."""
        lines = (*COPY, server(PAGE)) if not command else (*COPY, command)
        self.leaf("page", _PROCFILES["page"], *lines, page=text)

    def root(self, box: str, script: str, check: bool = True) -> str:
        return self.ssh(self.boxes[box], "sudo sh -eu", stdin=script, check=check)

    def manager(self, *but: str) -> str:
        """One that answers."""
        for box in MANAGERS:
            asked = "docker node ls -q 2>/dev/null || :"
            if box not in but and self.root(box, asked, check=False):
                return box
        return ""

    def leader(self) -> str:
        said = self.root(
            self.manager(), "docker node ls --format '{{.Hostname}} {{.ManagerStatus}}'"
        )
        [box] = [line.split()[0] for line in said.splitlines() if line.endswith("Leader")]
        return box

    def nodes_of(self, service: str) -> list[str]:
        """Where its tasks run, by what swarm says."""
        line = (
            f"docker service ps --filter desired-state=running --format "
            f"'{{{{.Node}}}} {{{{.CurrentState}}}}' {service}"
        )
        said = self.root(self.manager(), line).splitlines()
        return sorted(one.split()[0] for one in said if one.split()[1] == "Running")

    def records(self, write: str = "") -> list[str]:
        """What its node answers, after one more was written; nothing where none does."""
        asked = f"?{write}" if write else ""
        for node in self.nodes_of("count_web"):
            code, said = self.page(f"http://{self.boxes[node]}:{RECORDS}/cgi-bin/records{asked}")
            if code == 200:
                return said.split()
        return []

    def is_whole(self) -> bool:
        """Each service has its tasks, and each of them answers."""
        pages = self.nodes_of("page_web")
        return (
            len(pages) == 3
            and len(self.nodes_of("count_web")) == 1
            and all(self.page(f"http://{self.boxes[node]}:{PAGE}/")[0] == 200 for node in pages)
            and bool(self.records())
        )
