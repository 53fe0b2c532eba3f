"""Two boxes for what a registry keeps: ``work`` builds and runs ``web``, ``hub`` keeps the registry
and, by hand, pushes to it what no site declares."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

LAB = OwnLab("regkept", "192.168.101.0/24", ("work", "hub"), packages=WITH_ENGINE)
BOXES = {box: LAB.address(box) for box in LAB.boxes}
REGISTRY = f"{BOXES['hub']}:5000"
DATA = {"dockwright_base_source": "bootstrap", "dockwright_wait_seconds": 20}
PROCFILE = "web: docker run --stop-timeout 1 -p 8000:8000 web"
ROOT = "/srv/registry/docker/registry/v2"
_ASKED = f"curl -ks -o /dev/null -w %{{http_code}} https://{REGISTRY}/v2/"
_UP = f"timeout 60 sh -c 'until [ \"$({_ASKED})\" = 401 ]; do sleep 0.5; done'\n"
LOGIN = (
    "docker login -u dockwright --password-stdin {place} </etc/dockwright/registry.password "
    ">/dev/null 2>&1\n"
)


class Keeping(OwnSite):
    """The site, what its registry has on its disk, and what plain docker pushes and pulls."""

    def __init__(self, state: Path) -> None:
        super().__init__(LAB, state, ("hub",))

    def build(self, page: str, size: int = 3, **data: Any) -> None:
        """Another build of web, with ``size`` MiB of its own, applied."""
        self.declare(page, size, **data)
        done = self.apply()
        assert done.returncode == 0, done.stdout + done.stderr

    def declare(self, page: str, size: int = 3, **data: Any) -> None:
        self.data(**{**DATA, **data})
        self.write({"work": ["web"]})
        self.leaf("web", PROCFILE, *COPY, "COPY big /big", server(8000), page=page)
        (self.folder / "images/web/big").write_bytes(os.urandom(size << 20))

    def root(self, box: str, script: str, check: bool = True) -> str:
        return self.ssh(self.boxes[box], "sudo sh -eu", stdin=script, check=check)

    def listed(self, *words: str, status: int = 0) -> Any:
        """What a command of `dockwright registry` says of the one registry, for programs."""
        done = self.dockwright("registry", *words, "--json")
        assert done.returncode == status, done.stdout + done.stderr
        [only] = json.loads(done.stdout)["registries"]
        return only

    def row(self) -> Any:
        """What `dockwright status` tells of the registry."""
        [only] = self.status()["registries"]
        return only

    def box(self, name: str) -> Any:
        """What `dockwright status` tells of a box."""
        [only] = [one for one in self.status()["boxes"] if one["box"] == name]
        return only

    def status(self) -> Any:
        return json.loads(self.dockwright("status", "--json").stdout)

    def does(self, *words: str, status: int = 0) -> str:
        done = self.dockwright("registry", *words)
        assert done.returncode == status, done.stdout + done.stderr
        return " ".join((done.stdout + done.stderr).split())

    def tags(self, image: str) -> list[str]:
        """As the registry's own interface lists them."""
        said = self.root("hub", self.asked(f"{image}/tags/list"))
        return sorted(json.loads(said).get("tags") or ())

    def asked(self, path: str, *options: str) -> str:
        """The line that asks the registry on its box."""
        login = "dockwright:$(cat /etc/dockwright/registry.password)"
        return f'curl -ks {" ".join(options)} -u "{login}" https://{REGISTRY}/v2/{path}'

    def size(self) -> int:
        """Bytes of the registry's blobs on its disk."""
        said = self.root("hub", f"find {ROOT}/blobs -name data -printf '%s\\n'")
        return sum(map(int, said.split()))

    def blobs(self, image: str) -> list[str]:
        """What the manifest of its latest names, in hex: settings, then layers."""
        accept = "-H 'Accept: application/vnd.docker.distribution.manifest.v2+json'"
        said = self.root("hub", self.asked(f"{image}/manifests/latest", accept))
        return re.findall("sha256:([0-9a-f]{64})", said)

    def at_site(self, *words: str) -> list[str]:
        """`dockwright` with ``words`` for a process of its own, which goes on beside others."""
        return [
            "--chdir", str(self.folder), "DOCKWRIGHT_INVENTORY=inventory.py", "dockwright", *words,
        ]  # fmt: skip

    def up(self) -> None:
        """Wait until the registry asks who one is."""
        self.root("hub", _UP)

    @contextmanager
    def small(self, options: str) -> Iterator[None]:
        """Have the registry's data on a small file system of memory."""
        stop, start = (f"systemctl {do} dockwright-registry.target\n" for do in ("stop", "start"))
        place = "/srv/registry"
        self.root(
            "hub",
            f"{stop}mkdir -p /mnt/small\nmount -t tmpfs -o {options} tmpfs /mnt/small\n"
            f"cp -a {place}/. /mnt/small/\nchown 5000:5000 /mnt/small\nchmod 750 /mnt/small\n"
            f"mount --bind /mnt/small {place}\n{start}{_UP}",
        )
        try:
            yield
        finally:
            # lazily: a shell of ours may stand in it
            self.root("hub", f"{stop}umount -l {place}\numount -l /mnt/small\n{start}{_UP}")

    def pull(self, image: str) -> None:
        """As one that has nothing of it yet, so that all of it comes."""
        place = f"{REGISTRY}/{image}"
        login = LOGIN.format(place=REGISTRY)
        done = self.root("hub", f"{login}docker pull -q {place} 2>&1\ndocker rmi {place}")
        assert place in done

    def push(self, name: str, seed: str, size: int = 1) -> str:
        """An image of ``size`` MiB made and pushed on hub by hand; its digest."""
        place = f"{REGISTRY}/{name}"
        return self.root(
            "hub",
            f"{LOGIN.format(place=REGISTRY)}mkdir -p /root/x\necho {seed} >/root/x/seed\n"
            f"head -c {size}M /dev/urandom >/root/x/big\n"
            f"tar -C /root/x -c . | docker import - {place} >/dev/null\n"
            f"docker push -q {place} >/dev/null\n"
            f"docker inspect -f '{{{{index .RepoDigests 0}}}}' {place}",
        ).rpartition("@")[2]


def within(seconds: float, does: Callable[[], object]) -> None:
    """Do it again until it fails no more."""
    until = time.monotonic() + seconds
    while True:
        try:
            does()
            return
        except AssertionError:
            if time.monotonic() > until:
                raise
        time.sleep(1)


@contextmanager
def standing(state: Path) -> Iterator[Keeping]:
    """The boxes, with six builds of web behind them."""
    with LAB.up(state):
        made = Keeping(state)
        made.furnish("work")
        made.build("one")
        with made.one_connection_a_box():
            for page in ("two", "three", "four", "five", "six"):
                made.build(page)
            yield made
