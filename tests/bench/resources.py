"""What stands on a provisioned box, read there, so that other tools can declare the very same.

A package, a file with its bytes and mode, a user, a line of /etc/hosts, a unit that runs, an image.
The registry's content and what a leaf's network allows are not among them: other tools lack what
asks so.
"""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.site import Site

# run on the box by its Python, as root
_ASK = r"""
import base64, glob, grp, json, os, pwd, subprocess

def name_of(ask, number):
    try:
        return ask(number)[0]
    except KeyError:
        return str(number)

def words(*argv):
    return subprocess.run(argv, capture_output=True, text=True).stdout.split()

def entry(path):
    st = os.lstat(path)
    data = None
    if os.path.isfile(path):
        with open(path, "rb") as file:
            data = base64.b64encode(file.read()).decode()
    return {"path": path, "mode": st.st_mode, "owner": name_of(pwd.getpwuid, st.st_uid),
            "group": name_of(grp.getgrgid, st.st_gid), "data": data}

def real(path):
    return not os.path.islink(path)

paths = ["/etc/docker/daemon.json", "/srv/registry", "/srv/projectwiki", "/srv/stash",
         "/var/lib/dockwright/daemon.json", "/var/lib/dockwright/registries"]
paths += glob.glob("/etc/dockwright/**", recursive=True)
paths += glob.glob("/etc/docker/certs.d/**", recursive=True)
# what a lab's box has of its own is no resource of the site
paths += [path for path in glob.glob("/etc/systemd/system/dockwright-*") if "cgroups" not in path]
paths = sorted({path.rstrip("/") for path in paths if os.path.exists(path) and real(path)})
units = ["docker.service", *(os.path.basename(p) for p in paths if p.endswith(".service"))]
units += [os.path.basename(p) for p in paths if p.endswith(".target")]
tags = words("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
wanted = ["docker.io", "docker-cli", "docker-buildx", "git"]
print(json.dumps({
    "packages": sorted(set(words("dpkg-query", "-W", "-f", "${Package}\n", *wanted))),
    "users": [[u.pw_name, u.pw_uid, u.pw_dir, u.pw_shell, name_of(grp.getgrgid, u.pw_gid)]
              for u in pwd.getpwall() if 60000 <= u.pw_uid < 61000],
    "groups": {g.gr_name: g.gr_gid for g in grp.getgrall() if 60000 <= g.gr_gid < 61000},
    "entries": [entry(path) for path in paths],
    "host_lines": [line.rstrip("\n") for line in open("/etc/hosts") if ".vagrant" in line],
    "units": [unit for unit in units if words("systemctl", "is-active", unit) == ["active"]],
    "enabled": [unit for unit in units if words("systemctl", "is-enabled", unit) == ["enabled"]],
    "images": sorted(tag for tag in tags if "/" not in tag and ":r-" in tag),
}))
"""


@dataclass(frozen=True)
class Entry:
    """A folder, or a file whose bytes lie at ``source`` on this machine (None: a folder)."""

    path: str
    mode: str  # octal, such as "644"
    owner: str
    group: str
    source: str | None


@dataclass(frozen=True)
class Resources:
    """Of one box; ``enabled`` are those of ``units`` that come up with the machine."""

    packages: Sequence[str]
    users: Sequence[tuple[str, int, str, str, str]]  # name, number, home, shell, group
    groups: Mapping[str, int]
    folders: Sequence[Entry]
    files: Sequence[Entry]
    host_lines: Sequence[str]
    units: Sequence[str]
    enabled: Sequence[str]
    images: Sequence[str]

    @property
    def number(self) -> int:
        """How many resources that are."""
        listed = (self.packages, self.users, self.groups, self.folders, self.files,
                  self.host_lines, self.units, self.images)  # fmt: skip
        return sum(map(len, listed)) + 1  # and the login that may use docker

    def values(self) -> dict[str, Any]:
        """The same for a file of JSON."""
        return asdict(self)


def of_box(site: Site, box: str) -> Resources:
    """What stands on ``box``; the bytes of its files go to a folder of the bench.

    Raises:
        BenchError: the box has no Python, or nobody answers.

    Example::

        of_box(site, "docker").units  # ['docker.service', 'dockwright-zenweb.web.1.service', …]
    """
    said = site.on_box(box, "sudo python3 -", stdin=_ASK)
    return parsed(json.loads(said), site.work / "files" / box)


def parsed(said: Mapping[str, Any], folder: Path) -> Resources:
    """The box's answer; its files are written to ``folder``, which only their owner reads."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    entries = [_entry(one, folder) for one in said["entries"]]
    return Resources(
        packages=said["packages"],
        users=[tuple(user) for user in said["users"]],
        groups=said["groups"],
        folders=[one for one in entries if one.source is None],
        files=[one for one in entries if one.source is not None],
        host_lines=said["host_lines"],
        units=said["units"],
        enabled=said["enabled"],
        images=said["images"],
    )


def _entry(said: Mapping[str, Any], folder: Path) -> Entry:
    source = None
    if said["data"] is not None:
        path = folder / said["path"].strip("/").replace("/", "__").replace(":", "_")
        path.write_bytes(base64.b64decode(said["data"]))
        source = str(path)
    mode = f"{stat.S_IMODE(said['mode']):o}"
    return Entry(said["path"], mode, said["owner"], said["group"], source)
