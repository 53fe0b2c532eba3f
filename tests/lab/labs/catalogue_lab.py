"""A box that serves a catalogue of packaged boxes, with the settings of the leaf that does so.

nginx runs on the box itself, as the number that the leaf's container has: no image is built.
"""

import io
import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import ROOT, SiteLab

LAB = OwnLab("catalog", "192.168.120.0/24", ("hub",), packages=("nginx", "openssl"))
ADDRESS = LAB.address("hub")
URL = f"https://{ADDRESS}:8443"
FOLDER = "/srv/catalogue"
INVENTORY = """
from dockwright import lab

registry_hosts = docker_hosts = lab.inventory()
for name, data in docker_hosts:
    data["dockwright_catalogue"] = {url!r}
"""
DEPLOY = """
from pyinfra import host

from dockwright.operations import registry

registry.authority(_sudo=True)
registry.catalogue(
    name="catalogue",
    url=host.data.dockwright_catalogue,
    addresses=[host.data.dockwright_address],
    _sudo=True,
)
"""
_SERVE = """
systemctl --quiet disable --now nginx
cd /etc/nginx
rm -rf sites-enabled sites-available
mv /tmp/nginx.conf nginx.conf
mv /tmp/catalogue.conf conf.d/
chown -R root: nginx.conf conf.d
ln -sfn /etc/dockwright/catalogue /etc/catalogue
install -m 0666 /dev/null /run/catalogue.log
systemd-run --quiet --unit catalogue \
    sh -c 'exec setpriv --reuid 60804 --regid 60804 --clear-groups nginx >>/run/catalogue.log 2>&1'
timeout 20 sh -c 'until curl -fsk https://127.0.0.1:8443/up; do sleep 0.2; done'
"""


class CatalogueLab(SiteLab):
    """The box, and a folder with the site; questions are put by ssh, curl and sha256sum."""

    def __init__(self, state: Path) -> None:
        super().__init__(state, LAB.name)
        self.folder = state / "project"
        self.folder.mkdir(exist_ok=True)
        self.inventory, self.ca = self.folder / "inventory.py", self.folder / "ca.crt"
        self.inventory.write_text(INVENTORY.format(url=URL))
        (self.folder / "deploy.py").write_text(DEPLOY)
        self.environment["DOCKWRIGHT_INVENTORY"] = str(self.inventory)

    def deploy(self) -> dict[str, Any]:
        return self.pyinfra(str(self.folder / "deploy.py"), inventory=str(self.inventory))

    def serve(self) -> None:
        for path in (ROOT / "images/nginx/nginx.conf", ROOT / "templates/catalogue/catalogue.conf"):
            self.ssh(ADDRESS, f"cat >/tmp/{path.name}", stdin=path.read_text())
        self.root(_SERVE)
        self.ca.write_text(self.root("cat /etc/dockwright/ca/ca.crt") + "\n")

    def root(self, line: str, check: bool = True) -> str:
        return self.ssh(ADDRESS, "sudo sh -eu", stdin=line, check=check)

    def publish(
        self, box: Path, version: str, *options: str, name: str = "site/docker"
    ) -> "subprocess.CompletedProcess[str]":
        return self.run(*self.argv(box, version, *options, name=name))

    def argv(
        self, box: Path, version: str, *options: str, name: str = "site/docker"
    ) -> tuple[str, ...]:
        return ("dockwright", "vagrant", "publish", str(box), "--name", name, "--version", version,
                *options)  # fmt: skip

    def fetch(self, url: str, to: Path | None = None) -> str:
        """What `curl` gets, which trusts the registry's CA alone; its sha256 where it is a file."""
        output = ["--output", str(to)] if to else []
        done = self.run("curl", "--silent", "--show-error", "--fail", "--noproxy", "*",
                        "--max-time", "60", "--cacert", str(self.ca), *output, url)  # fmt: skip
        assert done.returncode == 0, f"{url}: {done.stderr}"
        if to is None:
            return done.stdout
        return self.run("sha256sum", str(to)).stdout.split()[0]

    def status(self, path: str, *options: str) -> str:
        done = self.run(
            "curl", "--silent", "--noproxy", "*", "--cacert", str(self.ca), *options,
            "-o", "/dev/null", "-w", "%{http_code} %{content_type}", f"{URL}/{path}",
        )  # fmt: skip
        return done.stdout.strip()

    def files(self) -> str:
        """Path and sha256 of all that is served, and of what is hidden but the lock."""
        return self.root(f"cd {FOLDER}; find . -type f ! -name .lock -exec sha256sum {{}} + | sort")


def packed(path: Path, provider: str, size: int = 1 << 20) -> Path:
    """A file that Vagrant takes for a box, of bytes that no other one has."""
    told = {"provider": provider, "format": "qcow2", "virtual_size": 1}
    content = {
        "metadata.json": json.dumps(told).encode(),
        "Vagrantfile": b'Vagrant.configure("2") { |config| }\n',
        "box.img": os.urandom(min(size, 1 << 20)) * max(size >> 20, 1),
    }
    with tarfile.open(path, "w") as tar:
        for name, data in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return path


@contextmanager
def served(state: Path) -> Iterator[CatalogueLab]:
    """The lab up, and an empty catalogue served."""
    with LAB.up(state):
        made = CatalogueLab(state)
        with made.one_connection_a_box():
            first = made.deploy()
            assert first["status"] == 0, first["said"]
            made.serve()
            yield made
