"""Two bare boxes that tests make odd, one way at a time; both are looked into from outside.

A box whose shell, sudo or sshd is out of order can't be put right through them: root's lines are
run by nsenter, from this machine, which holds the boxes.
"""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dockwright import lab
from dockwright.lab import box as lab_box
from tests.lab.labs.odd_run import Said, watched_run
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

# one for all workers, as the site is
LAB = OwnLab("odd0", "192.168.80.0/24", ("one", "two"))
NAME = LAB.name
BOXES = {box: LAB.address(box) for box in LAB.boxes}
GATEWAY = f"{LAB.net}.1"  # this machine, as the boxes see it
SECONDS = 5  # dockwright_answer_seconds of rows in which a box does not answer
# What may be odd, and is to be as it was when a test is over.
_WATCHED = (
    "for at in /etc/hosts /etc/default/locale /etc/environment /etc/passwd /etc/group "
    "/etc/pam.d /etc/ssh /etc/sudoers.d /etc/docker /home/vagrant /root/.docker /usr/local/bin "
    "/srv /etc/nologin; do find $at -type f ! -path '*/.git/*' "
    "-exec sha256sum {} + 2>/dev/null; done | sort; getent passwd vagrant"
)

ENGINE = """
set -e
export DEBIAN_FRONTEND=noninteractive
command -v dockerd >/dev/null || apt-get -qq -y install --no-install-recommends \
    docker.io apparmor busybox-static >/dev/null 2>&1
systemctl reset-failed docker.service docker.socket
systemctl start docker
mkdir -p /tmp/app/bin /etc/docker
cp /bin/busybox /tmp/app/bin/
ln -sf busybox /tmp/app/bin/sh
tar -C /tmp/app -c . | docker import - app:one
"""


class OddLab(SiteLab):
    """The boxes ``one`` and ``two``; ``folder`` has the inventory and deploy files of a test."""

    def __init__(self, state: Path) -> None:
        super().__init__(state, NAME)
        self.folder = state / "project"
        self.folder.mkdir(exist_ok=True)

    def root(self, box: str, script: str, check: bool = True) -> str:
        """What ``script`` prints, run by root's shell in the box, without its sshd and sudo."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.first_process(box)), "--all", "sh", "-s"],
            input=script.encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=300,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"},
        )
        said = done.stdout.decode("utf-8", "surrogateescape")
        assert not check or done.returncode == 0, f"{script}: {said}{done.stderr!r}"
        return said.strip("\n")

    def write(
        self, deploy: str, data: dict[str, dict[str, Any]] | None = None, **every: Any
    ) -> tuple[str, str]:
        """The inventory, with further ``data`` by box, and the deploy file, as a command's words.

        ``every`` is data of each box. A box whose data are None in ``data`` is left out.
        """
        boxes = {
            name: {**given, **every, **(data or {}).get(name, {})}
            for name, given in lab.inventory(NAME, self.state)
        }
        listed = [
            (name, {k: v for k, v in of.items() if v is not None}) for name, of in boxes.items()
        ]
        inventory, file = self.folder / "inventory.py", self.folder / "deploy.py"
        inventory.write_text(f"docker_hosts = {listed!r}\n")
        file.write_text(deploy)
        return str(inventory), str(file)

    def say(self, *argv: str, most: float = 60, stdin: str = "", **environment: str) -> Said:
        """Run the literal command; one that is at it after ``most`` seconds is ended."""
        return watched_run(argv, {**self.environment, **environment}, most, stdin)

    def apply(self, way: str, what: tuple[str, str], most: float = 60, **environment: str) -> Said:
        """The same deploy by either command: ``way`` is ``pyinfra`` or ``dockwright``."""
        if way == "pyinfra":
            return self.say("pyinfra", "--json", "-y", *what, most=most, **environment)
        return self.say("dockwright", "apply", "--yes", *what, most=most, **environment)

    def first_process(self, box: str) -> int:
        """The number that this machine has for the box's process 1."""
        settings = lab.load(NAME, self.state)
        for pid in lab_box.inside_pids(settings, settings.box(box)):
            try:
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            except OSError:
                continue  # one that ended meanwhile
            if any(line.startswith("NSpid:") and line.split()[-1] == "1" for line in lines):
                return pid
        raise AssertionError(f"box {box}: down")

    def lock_is_free(self, box: str) -> bool:
        return self.root(box, "flock -n /run/dockwright.lock true && echo free", False) == "free"

    @contextmanager
    def odd(self, box: str, make: str, *paths: str, undo: str = "") -> Iterator[None]:
        """A box that root's shell line ``make`` made odd; ``paths`` are put back behind it."""
        listed, kept = " ".join(paths), "/var/tmp/odd.tar"
        self.root(box, f"tar --ignore-failed-read -cPf {kept} {listed} 2>/dev/null; test -e {kept}")
        try:
            self.root(box, f"set -e\n{make}")
            yield
        finally:
            self.root(box, undo, check=False)
            self.root(box, f"set -e\nrm -rf {listed}\ntar -xPpf {kept}\nrm {kept}")

    def watched(self) -> dict[str, str]:
        """A picture of all that a test may have left otherwise."""
        return {box: self.root(box, _WATCHED) for box in BOXES}


def stand_up(state: Path) -> None:
    """Git on both boxes; ``one`` has locales with translations besides, and csh."""
    install = "apt-get -qq -y install --no-install-recommends git >/dev/null 2>&1"
    made = OddLab(state)
    with ThreadPoolExecutor() as at_once:
        for more in at_once.map(
            lambda box: made.root(
                box,
                "set -e\nexport DEBIAN_FRONTEND=noninteractive\napt-get -qq update\n" + install,
            ),
            BOXES,
        ):
            assert not more, more
    more = install.replace(" git ", " locales csh ")
    made.root("one", f"DEBIAN_FRONTEND=noninteractive {more}")
    for language in ("de_DE", "tr_TR"):
        made.root("one", f"localedef -i {language} -f UTF-8 {language}.UTF-8")
