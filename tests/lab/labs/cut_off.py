"""A box of a lab that nobody reaches any more, and one that stands still, for as long as a block.

It is done from this machine, which holds the boxes: through their own sshd there is no way back.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dockwright.lab import box as lab_box
from tests.lab.labs.own_lab import OwnLab


@contextmanager
def cut_off(lab: OwnLab, state: Path, *boxes: str) -> Iterator[None]:
    """As dead as a box whose power is gone: no answer, to nobody."""
    for box in boxes:
        inside(lab, state, box, "ip link set host0 down")
    try:
        yield
    finally:
        for box in boxes:
            inside(lab, state, box, "ip link set host0 up; networkctl reconfigure host0")
        for box in boxes:
            _wait_for(lab.address(box))


@contextmanager
def standing_still(lab: OwnLab, state: Path, box: str, program: str) -> Iterator[None]:
    """SIGSTOP to every process of ``program`` in the box."""
    stopped = [int(one) for one in inside(lab, state, box, f"pgrep -x {program}").split()]
    assert stopped, f"box {box}: no {program}"
    inside(lab, state, box, f"kill -STOP {' '.join(map(str, stopped))}")
    try:
        yield
    finally:
        inside(lab, state, box, f"kill -CONT {' '.join(map(str, stopped))}")


@contextmanager
def frozen(lab: OwnLab, state: Path, box: str) -> Iterator[None]:
    """The whole box stands still: connections are taken by the kernel, and nobody answers."""
    settings = lab.settings(state)
    pids = list(lab_box.inside_pids(settings, settings.box(box)))
    for pid in pids:
        _signal(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            _signal(pid, signal.SIGCONT)


def inside(lab: OwnLab, state: Path, box: str, script: str) -> str:
    """What root's ``script`` prints in the box, by nsenter."""
    done = subprocess.run(
        ["nsenter", "--target", str(_first(lab, state, box)), "--all", "sh", "-s"],
        input=script,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def _wait_for(address: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection((address, 22), 2).close()
            return
        except OSError:
            assert time.monotonic() < until, f"{address}: not back"
            time.sleep(0.5)


def _first(lab: OwnLab, state: Path, box: str) -> int:
    settings = lab.settings(state)
    for pid in lab_box.inside_pids(settings, settings.box(box)):
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            continue  # one that ended meanwhile
        if any(line.startswith("NSpid:") and line.split()[-1] == "1" for line in lines):
            return pid
    raise AssertionError(f"box {box}: down")


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it has ended
