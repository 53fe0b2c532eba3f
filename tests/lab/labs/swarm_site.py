"""A site of one box that keeps the registry, and is a swarm by itself: its leaves are either."""

from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

LAB = OwnLab("swlsite", "192.168.127.0/24", ("hub",), packages=WITH_ENGINE)
DATA: dict[str, Any] = {"dockwright_base_source": "bootstrap", "dockwright_wait_seconds": 30}
# counts the lines of its volume, one more for each that it is asked to write
COUNT = (
    "FROM tools",
    "COPY www /www",
    'HEALTHCHECK --interval=1s --timeout=2s CMD ["wget", "-qO-", "http://127.0.0.1:8000/"]',
    'CMD ["/bin/busybox", "httpd", "-f", "-p", "8000", "-h", "/www"]',
)
# the acknowledgement is what it says after the write
CGI = """#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
[ -z "$QUERY_STRING" ] || echo "$QUERY_STRING" >>/data/records
cat /data/records 2>/dev/null
"""
PROCFILES = {
    "count": "web: docker run --stop-timeout 1 -p 8000:8000 -v records:/data --env DOCKWRIGHT_USER "
    "--env DOCKWRIGHT_PASSWORD count",
    "front": "web: docker run --stop-timeout 1 -p 8100:8100 front",
}


class SwarmSite(OwnSite):
    """Leaves ``count``, which has data, and ``front``."""

    def __init__(self, state: Path, lab: OwnLab = LAB) -> None:
        super().__init__(lab, state, ("hub",), hubs_run_leaves=True)
        self.address = self.boxes["hub"]

    def declare(self, **runs_on: str) -> None:
        """Which leaves run where."""
        self.write({"hub": ["count", "front"]}, "\nswarm_managers = docker_hosts\n")
        self.data(**DATA, dockwright_runs_on=runs_on)

    def leaves(self) -> None:
        self.leaf("count", PROCFILES["count"], *COUNT)
        cgi = self.folder / "images/count/www/cgi-bin"
        cgi.mkdir(parents=True)
        (cgi / "records").write_text(CGI)
        (cgi / "records").chmod(0o755)
        self.leaf("front", PROCFILES["front"], *COPY, server(8100))

    def records(self, write: str = "") -> list[str]:
        """The records, after one more was written."""
        asked = f"?{write}" if write else ""
        return self.page(f"http://{self.address}:8000/cgi-bin/records{asked}")[1].split()

    def root(self, line: str) -> str:
        return self.ssh(self.address, "sudo sh -eu", stdin=line)

    def service_names(self) -> list[str]:
        """The services, each with how many of its tasks run."""
        return sorted(
            self.root("docker service ls --format '{{.Name}} {{.Replicas}}'").splitlines()
        )
