"""Two boxes for what grows, and for what runs full: ``work`` builds and runs leaves, ``hub`` keeps
the registry. The leaf ``web`` answers by its page, ``clock`` only writes lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, LOOP, OwnSite, server

LAB = OwnLab("growth", "192.168.89.0/24", ("work", "hub"), packages=WITH_ENGINE)
BOXES = {box: LAB.address(box) for box in LAB.boxes}
REGISTRY = f"{BOXES['hub']}:5000"
DATA = {"dockwright_base_source": "bootstrap", "dockwright_wait_seconds": 20}
PROCFILES = {
    "web": "web: docker run --stop-timeout 1 -p 8000:8000 -v /scratch web",
    "clock": "clock: docker run --stop-timeout 1 clock",
}
_REGISTRY = "dockwright-registry.target"
# who may come in is asked for once both in its container answer
_ASKED = f"curl -ks -o /dev/null -w %{{http_code}} https://{REGISTRY}/v2/"
_UP = f"timeout 60 sh -c 'until [ \"$({_ASKED})\" = 401 ]; do sleep 1; done'\n"
CLOCK = ("FROM tools", f"CMD {LOOP}")


class Growth(OwnSite):
    """The site, its boxes, and what they hold."""

    def __init__(self, state: Path) -> None:
        super().__init__(LAB, state, ("hub",))

    def as_ever(self, **further: Any) -> None:
        """The site as it was first, with further data."""
        self.data(**{**DATA, **further})
        self.write({"work": list(PROCFILES)})
        self.leaf("web", PROCFILES["web"], *COPY, server(8000))
        self.leaf("clock", PROCFILES["clock"], *CLOCK)

    def root(self, box: str, script: str, check: bool = True) -> str:
        return self.ssh(self.boxes[box], "sudo sh -eu", stdin=script, check=check)

    def images(self, box: str) -> list[str]:
        """IDs of all images of a box."""
        return sorted(set(self.root(box, "docker images -q --no-trunc").split()))

    @contextmanager
    def small(self, box: str, path: str, options: str) -> Iterator[None]:
        """Have a small file system of memory at ``path`` of ``box``, with what is there now.

        What has files there is stopped, and started with the other ones.
        """
        whose = {"/var/lib/docker": "docker.socket docker", "/srv/registry": _REGISTRY}.get(path)
        stop, start = (f"systemctl {do} {whose}\n" if whose else "" for do in ("stop", "start"))
        start += _UP if whose == _REGISTRY else ""
        self.root(
            box,
            f"{stop}mkdir -p /mnt/small\nmount -t tmpfs -o {options} tmpfs /mnt/small\n"
            f"cp -a {path}/. /mnt/small/\nmount --bind /mnt/small {path}\n{start}",
        )
        try:
            yield
        finally:
            # lazily: a shell of ours may stand in it
            self.root(box, f"{stop}umount --lazy {path}\numount --lazy /mnt/small\n{start}")


def stand_up(state: Path) -> Growth:
    """The boxes, which are up, with the first run of the site behind it."""
    made = Growth(state)
    made.furnish("work")
    made.as_ever()
    done = made.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    return made
