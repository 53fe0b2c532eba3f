"""Boxes by the dozen: SSH servers in networks of their own within one box, which answer as it does.

They share its files, its engine and its jobs, so that a hundred fit on a machine; what they run
has no port and no address of its own.
"""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dockwright.lab.box import groups_file
from tests.lab.labs.cut_off import inside
from tests.lab.labs.own_lab import OwnLab

FIRST = 100  # the last number of the first one's address
_SCRIPT = Path(__file__).with_suffix(".sh")
# each is the lab's ``box`` at another address; what it declares of its own place is that box's
_INVENTORY = """
data = dict(lab.inventory())[{box!r}]
for number in range({number}):
    address = f"{net}.{{{first} + number}}"
    docker_hosts.append((f"light{{number + 1}}", {{**data, "ssh_hostname": address}}))
"""


def start(lab: OwnLab, state: Path, box: str, number: int) -> None:
    """Have ``number`` of them, known to SSH as the lab's boxes are."""
    said = f"set -- {lab.net} {FIRST} {number}\n{_SCRIPT.read_text()}"
    inside(lab, state, box, said)
    settings = lab.settings(state)
    path = settings.folder / "ssh/known_hosts"
    text = path.read_text()
    [key] = [
        line.split(" ", 1)[1] for line in text.splitlines() if line.startswith(lab.address(box))
    ]
    known = "".join(f"{lab.net}.{FIRST + one} {key}\n" for one in range(number))
    path.write_text(text + known)


def inventory(lab: OwnLab, box: str, number: int) -> str:
    """Lines of an inventory that has the first ``number`` of them beside the lab's boxes."""
    return _INVENTORY.format(net=lab.net, first=FIRST, number=number, box=box)


@contextmanager
def stopped(lab: OwnLab, state: Path, box: str, one: int) -> Iterator[None]:
    """SIGSTOP to the SSH server of the light box ``one`` (from 1 on): connections are taken, and
    nobody greets.
    """
    own = int(inside(lab, state, box, f"cat /run/light/{one}/pid").strip())
    inside(lab, state, box, f"kill -{signal.SIGSTOP.value} {own}")
    try:
        yield
    finally:
        inside(lab, state, box, f"kill -{signal.SIGCONT.value} {own}")


@contextmanager
def away(lab: OwnLab, state: Path, box: str, one: int) -> Iterator[None]:
    """The light box ``one`` is as dead as one whose power is gone."""
    inside(lab, state, box, f"ip -n light{one} link set light{one} down")
    try:
        yield
    finally:
        inside(lab, state, box, f"ip -n light{one} link set light{one} up")


def last_run(lab: OwnLab, state: Path, box: str, one: int) -> int:
    """When a run last left its record on the light box ``one``, in seconds since 1970."""
    return int(inside(lab, state, box, f"stat -c %Y /run/light/{one}/log/runs.jsonl"))


def seconds_of_boxes(lab: OwnLab, state: Path) -> float | None:
    """What the boxes have taken of the processors; None where their control groups tell nothing."""
    taken = []
    for box in lab.boxes:
        settings = lab.settings(state)
        groups = groups_file(settings, settings.box(box))
        for group in map(Path, json.loads(groups.read_text()) if groups.exists() else ()):
            if (usage := group / "cpuacct.usage").exists():
                taken.append(int(usage.read_text()) / 1e9)
            elif (usage := group / "cpu.stat").exists() and "usage_usec" in usage.read_text():
                taken.append(int(usage.read_text().split()[1]) / 1e6)
            else:
                continue
            break
    return sum(taken) if len(taken) == len(lab.boxes) else None


def processor_seconds() -> float:
    """What ended processes of this one have taken of the processors."""
    taken = os.times()
    return taken.children_user + taken.children_system
