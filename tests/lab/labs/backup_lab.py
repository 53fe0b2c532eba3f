"""Two boxes for backups: ``app1`` runs ``wiki`` with a volume and a folder, ``hub`` keeps the
registry, and in a folder the backups of both, which come there by SFTP.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from dockwright import lab
from dockwright.lab.box import box_folder, stop
from dockwright.lab.root import remove_tree
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import OwnSite

LAB = OwnLab("backup", "192.168.122.0/24", ("app1", "hub"), packages=(*WITH_ENGINE, "restic"))
TARGET = "/srv/backups"
VOLUME = "/var/lib/docker/volumes/wikidata/_data"
DATA: dict[str, Any] = {"dockwright_base_source": "bootstrap", "dockwright_wait_seconds": 20}
# shows what was written; a page that says "sick" makes it unhealthy
WIKI = (
    "FROM tools",
    'HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD ["sh", "-c", '
    '"wget -qO- http://127.0.0.1:8000/ | grep -qv sick"]',
    'CMD ["sh", "-c", "[ -f /data/index.html ] || cat /proc/sys/kernel/random/uuid '
    '>/data/index.html; exec /bin/busybox httpd -f -p 8000 -h /data"]',
)
LINE = "web: docker run --stop-timeout 1 -p 8000:8000 -v wikidata:/data -v /srv/wiki:/more wiki"
_KEEPER = """
id bak >/dev/null 2>&1 || useradd --create-home --shell /bin/sh bak
install -d -o bak -m 700 /home/bak/.ssh {target}
cat >/home/bak/.ssh/authorized_keys
chown bak /home/bak/.ssh/authorized_keys
"""


class BackedUp(OwnSite):
    """The site, and what lies on its boxes, by plain programs."""

    def __init__(self, state: Path, lab: OwnLab = LAB) -> None:
        super().__init__(lab, state, ("hub",), hubs_run_leaves=True)
        self.environment["XDG_CONFIG_HOME"] = str(state / "config")
        self.target = f"sftp:bak@{self.boxes['hub']}:{TARGET}"

    def root(self, box: str, script: str, check: bool = True) -> str:
        return self.ssh(self.boxes[box], "sudo sh -eu", stdin=script, check=check)

    def declare(self, run: dict[str, list[str]] | None = None, **backup: Any) -> None:
        """What boxes are to ``run``, and ``backup`` for further keys of dockwright_backup."""
        key = {
            "to": self.target,
            "ssh_key": str(self.state / "bak"),
            "known_hosts": str(self.state / self.name / "ssh/known_hosts"),
        }
        self.data(**DATA, dockwright_backup={**key, **backup})
        self.write(run or {"app1": ["wiki"], "hub": []})

    def keeper(self) -> None:
        """The account on hub that keeps backups."""
        key = self.state / "bak"
        if not key.exists():
            made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
            subprocess.run(made, check=True)
        public = key.with_suffix(".pub").read_text()
        self.ssh(self.boxes["hub"], f"sudo sh -c '{_KEEPER.format(target=TARGET)}'", stdin=public)

    def renew(self) -> None:
        """Have fresh boxes of the same names and addresses in the places of those that there were.

        The lab knows its boxes by their keys: those are the site's to know anew, as with any box.
        """
        settings = self.lab.settings(self.state)
        for box in settings.boxes:
            stop(settings, box)
            remove_tree(box_folder(settings, box))
        lab.up(settings, echo=print, packages=self.lab.packages)

    def does(self, *words: str, status: int = 0) -> str:
        """What a command said, in one line."""
        done = self.dockwright(*words)
        assert done.returncode == status, done.stdout + done.stderr
        return " ".join((done.stdout + done.stderr).split())

    def says(self, text: str, box: str = "app1") -> None:
        """Have the wiki's page be ``text``."""
        self.root(box, f"echo '{text}' >{VOLUME}/index.html\nsync\n")

    def page(self, box: str = "app1") -> str:
        at = self.boxes[box]
        return self.ssh(at, f"busybox wget -qO- http://{at}:8000/")

    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of backups that status has, by box/part."""
        done = self.dockwright("status", "inventory.py", "--json")
        return {f"{one['box']}/{one['part']}": one for one in json.loads(done.stdout)["backups"]}


def furnish(state: Path, lab: OwnLab = LAB) -> BackedUp:
    """The boxes, which are up, with the first run of the site behind it."""
    made = BackedUp(state, lab)
    made.furnish("app1")
    made.leaf("wiki", LINE, *WIKI)
    made.keeper()
    made.declare()
    done = made.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    return made
