"""The resources of the boxes as a deploy of pyinfra's own operations, without any of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.resources import Resources
from tests.bench.site import BenchError

DEPLOY = '''\
"""Made by script/bench: what stands on the boxes, declared by pyinfra's own operations."""

from pyinfra import host
from pyinfra.operations import apt, docker, files, server, systemd

on_box = host.data.bench
apt.packages(packages=on_box["packages"], _sudo=True)
for name in host.loop(on_box["groups"]):
    server.group(group=name, gid=on_box["groups"][name], _sudo=True)
for name, number, home, shell, group in host.loop(on_box["users"]):
    server.user(user=name, uid=number, home=home, shell=shell, group=group, create_home=False,
                _sudo=True)
server.user(user="vagrant", groups=["docker"], append=True, _sudo=True)
for one in host.loop(on_box["folders"]):
    files.directory(path=one["path"], user=one["owner"], group=one["group"], mode=one["mode"],
                    _sudo=True)
for one in host.loop(on_box["files"]):
    files.put(src=one["source"], dest=one["path"], user=one["owner"], group=one["group"],
              mode=one["mode"], create_remote_dir=False, _sudo=True)
for line in host.loop(on_box["host_lines"]):
    files.line(path="/etc/hosts", line=line, _sudo=True)
for unit in host.loop(on_box["units"]):
    # to pyinfra no target ever runs: it looks for systemd's word for services
    systemd.service(service=unit, running=None if unit.endswith(".target") else True,
                    enabled=unit in on_box["enabled"] or None, _sudo=True)
for tag in host.loop(on_box["images"]):
    docker.image(image=tag, _sudo=True)
'''
_INVENTORY = "boxes = [(name, data) for name, data in {boxes!r}.items()]\n"


def write(
    folder: Path, ways: Mapping[str, Mapping[str, Any]], resources: Mapping[str, Resources]
) -> list[str]:
    """Write the deploy and its inventory into ``folder``; the arguments of pyinfra.

    Args:
        folder: of the bench.
        ways: by box, pyinfra's data of how it is reached.
        resources: by box.

    Example::

        write(work / "stock", ways, resources)  # ['pyinfra', '--json', '-y', …]
    """
    folder.mkdir(parents=True, exist_ok=True)
    boxes = {box: {**way, "bench": _named(resources[box])} for box, way in ways.items()}
    (folder / "inventory.py").write_text(_INVENTORY.format(boxes=boxes), encoding="utf-8")
    (folder / "deploy.py").write_text(DEPLOY, encoding="utf-8")
    return ["pyinfra", "--json", "-y", str(folder / "inventory.py"), str(folder / "deploy.py")]


def _named(resources: Resources) -> dict[str, Any]:
    """pyinfra's facts tell owners by name: one that is a number only is left out."""
    values = resources.values()
    for one in [*values["folders"], *values["files"]]:
        for key in ("owner", "group"):
            if one[key].isdigit():
                one[key] = None
    return values


def check(said: str) -> int:
    """Hold that nothing was changed and nothing failed; how many operations there were.

    Args:
        said: what ``pyinfra --json`` wrote.

    Raises:
        BenchError: something was changed; by which operations.

    Example:
        >>> check('{"results": {"totals": {"hosts": 63, "success": 0, "error": 0}}}')
        63
    """
    results = json.loads(said)["results"]
    totals = results["totals"]
    if totals["success"] or totals["error"]:
        changed = [
            f"{one['name']} on {[*one['success'], *one['error']]}"
            for one in results["operations"]
            if one["success"] or one["error"]
        ]
        raise BenchError(f"pyinfra: something was not as declared: {changed}")
    return int(totals["hosts"])
