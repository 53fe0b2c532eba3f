"""The resources of the boxes as an Ansible playbook, of ansible-core's own modules.

All boxes are in one play, so that a task runs on them side by side, and facts are not gathered: no
task needs one. Both are in Ansible's favour.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.resources import Resources
from tests.bench.site import BenchError

CONFIGURATION = """\
[defaults]
forks = {forks}
gather_facts = False
host_key_checking = True
inventory = {inventory}
interpreter_python = /usr/bin/python3
local_tmp = {folder}/tmp
nocows = True
retry_files_enabled = False

[connection]
pipelining = True

[ssh_connection]
control_path_dir = {folder}/cp
pipelining = True
ssh_args = -F /dev/null -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile={known}
"""
_OWNED = {"owner": "{{ item.owner }}", "group": "{{ item.group }}", "mode": "0{{ item.mode }}"}
_RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.M)


def tasks() -> list[dict[str, Any]]:
    """The play's tasks, which loop over lists of the box's own."""
    return [
        {"apt": {"name": "{{ packages }}", "state": "present"}},
        {"group": {"name": "{{ item.key }}", "gid": "{{ item.value }}"},
         "loop": "{{ groups_of_box | dict2items }}"},
        {"user": {"name": "{{ item[0] }}", "uid": "{{ item[1] }}", "home": "{{ item[2] }}",
                  "shell": "{{ item[3] }}", "group": "{{ item[4] }}", "create_home": False},
         "loop": "{{ users }}"},
        {"user": {"name": "vagrant", "groups": "docker", "append": True}},
        {"file": {"path": "{{ item.path }}", "state": "directory", **_OWNED},
         "loop": "{{ folders }}"},
        {"copy": {"src": "{{ item.source }}", "dest": "{{ item.path }}", **_OWNED},
         "loop": "{{ files }}"},
        {"lineinfile": {"path": "/etc/hosts", "line": "{{ item }}"}, "loop": "{{ host_lines }}"},
        {"systemd_service": {"name": "{{ item }}", "state": "started",
                             "enabled": "{{ (item in enabled) | ternary(true, omit) }}"},
         "loop": "{{ units }}"},
        {"command": "docker image inspect --format ok {{ images | join(' ') }}",
         "changed_when": False, "when": "images | length > 0"},
    ]  # fmt: skip


def playbook() -> str:
    """The playbook; it is the same for all boxes."""
    named = [{"name": next(iter(task)), **task} for task in tasks()]
    play = {"hosts": "all", "gather_facts": False, "become": True, "tasks": named}
    return json.dumps([play], indent=1)  # which is YAML too


def inventory(boxes: Mapping[str, Mapping[str, Any]], resources: Mapping[str, Resources]) -> str:
    """The inventory in YAML: how each box is reached, and the lists of its resources."""
    hosts = {}
    for box, way in boxes.items():
        values = resources[box].values()
        # a variable called groups is Ansible's own
        values["groups_of_box"] = values.pop("groups")
        hosts[box] = {**way, **values}
    return json.dumps({"all": {"hosts": hosts}}, indent=1)


def check(said: str, boxes: int) -> None:
    """Hold that each box had all tasks done, with nothing changed: ``ok=N changed=0``.

    Raises:
        BenchError: it had not; with the lines of the recap.

    Example:
        >>> check("docker : ok=9 changed=0 unreachable=0 failed=0 skipped=0", boxes=1)
    """
    rows = _RECAP.findall(said)
    total = len(tasks())
    wrong = [row for row in rows if row[2:] != ("0", "0", "0") or not 0 < int(row[1]) <= total]
    if len(rows) != boxes or wrong:
        at_fault = re.findall(r"^(?:changed|fatal|failed): .*", said, re.M)[:5]
        raise BenchError(f"Ansible: not ok=N changed=0 on {boxes} boxes: {rows} {at_fault}")


def write(
    folder: Path,
    ways: Mapping[str, Mapping[str, Any]],
    resources: Mapping[str, Resources],
    known: Path,
) -> tuple[list[str], dict[str, str]]:
    """Write all of it into ``folder``; the arguments, and the environment, of its run.

    Args:
        folder: of the bench.
        ways: by box, Ansible's variables of how it is reached.
        resources: by box.
        known: the file of known hosts.

    Example::

        argv, environment = write(work / "ansible", ways, resources, known)
    """
    folder.mkdir(parents=True, exist_ok=True)
    hosts = folder / "hosts.yaml"
    hosts.write_text(inventory(ways, resources), encoding="utf-8")
    (folder / "site.yaml").write_text(playbook(), encoding="utf-8")
    text = CONFIGURATION.format(
        forks=max(5, len(ways)), inventory=hosts, folder=folder, known=known
    )
    (folder / "ansible.cfg").write_text(text, encoding="utf-8")
    environment = {"ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "ANSIBLE_HOME": str(folder)}
    return ["ansible-playbook", str(folder / "site.yaml")], environment
