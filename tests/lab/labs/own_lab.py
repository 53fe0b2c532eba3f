"""A lab of the tests as a resource: a name and a subnet that are its own, and a lock.

A test file declares the one it has at its top, ``LAB = OwnLab("oldtest", "192.168.52.0/24")``, and
a fixture of it brings that up: ``with LAB.up(folder) as settings``. One process at a time has a
lab; what a killed one left of it is taken down by the next, or at the end of the run.
"""

import fcntl
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import pytest

from dockwright import lab
from dockwright.lab.checks import trouble
from dockwright.lab.settings import LabSettings, make_settings

LOCKS = Path("/run/lock")
# Other first numbers for all labs, where those of these tests are taken: 10.77
RANGE = os.environ.get("DOCKWRIGHT_TEST_RANGE", "192.168")
# this run, the same one for its workers
RUN = os.environ.setdefault("DOCKWRIGHT_TEST_RUN", uuid4().hex)
STAND_UP = "tests.lab.labs.stand_up"  # the module that stands labs up in processes of their own
_WAIT = 800  # seconds, for a worker that is at its last tests of a lab


# what a box needs to run leaves, and to give images of a site of tests their programs
WITH_ENGINE = ("busybox-static", "docker.io")
# what that package lacks behind Debian 12
WITH_CLIENT = ("docker-cli", "docker-buildx")
# of labs that say no other: DOCKWRIGHT_TEST_SUITE=trixie tries their tests on Debian 13
SUITE = os.environ.get("DOCKWRIGHT_TEST_SUITE", "bookworm")


@dataclass(frozen=True)
class OwnLab:
    """A lab by its short name, subnet (a /24 of 192.168), boxes, and suite of Debian.

    Its boxes have ``packages`` from their beginning, where installing them is not what is tried.
    """

    declared_name: str
    declared_subnet: str
    boxes: tuple[str, ...] = ("docker",)
    suite: str = SUITE
    packages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        other = "" if RANGE == "192.168" else f"-{RANGE.rpartition('.')[2]}"
        return f"{self.declared_name}{other}"

    @property
    def subnet(self) -> str:
        return self.declared_subnet.replace("192.168", RANGE, 1)

    @property
    def net(self) -> str:
        """What the addresses begin with: ``192.168.52``."""
        return self.subnet.rpartition(".")[0]

    def address(self, box: str) -> str:
        return self.settings(Path("/")).box(box).address

    def settings(self, state: Path) -> LabSettings:
        return make_settings(self.name, self.boxes, self.suite, self.subnet, state)

    @contextmanager
    def up(self, state: Path) -> Iterator[LabSettings]:
        """Have it up, in the folder ``state``; skip on a machine that can have none."""
        if (unfit := untried_here()) is not None:
            pytest.skip(unfit)
        with self.held(state):
            packages = self.packages
            if "docker.io" in packages and self.suite != "bookworm":
                packages = (*packages, *WITH_CLIENT)
            yield lab.up(self.settings(state), echo=print, packages=packages)

    @contextmanager
    def held(self, state: Path) -> Iterator["Holder"]:
        """Have it to oneself, to bring it up in the folder ``state``; it is down at the end."""
        with _locked(LOCKS / f"dockwright-test-{self.name}", _WAIT) as file:
            _take_down(file)
            holder = Holder(file, self.name, state)
            holder.note()
            try:
                yield holder
            finally:
                _take_down(file)


class Holder:
    """Who has a lab, as it is written down for those who find it left over."""

    def __init__(self, file: IO[str], name: str, state: Path) -> None:
        self.file = file
        self.said = {"lab": name, "state": str(state), "run": RUN, "process": os.getpid()}

    def note(self, **further: int) -> None:
        self.said |= further
        _write(self.file, json.dumps(self.said))


def untried_here() -> str | None:
    """Why this machine can have no lab; None where it can."""
    return trouble(sys.platform, os.geteuid(), shutil.which, keyring=True)


def take_down_all_of(run: str) -> list[str]:
    """Take down the labs that processes of ``run`` left, none of which goes on; their names."""
    names = []
    for path in LOCKS.glob("dockwright-test-*"):
        if f'"run": "{run}"' not in path.read_text():
            continue
        with _locked(path, wait=60) as file:
            if _read(file).get("run") == run:
                names.append(str(_read(file)["lab"]))
                _take_down(file)
    return names


@contextmanager
def _locked(path: Path, wait: float) -> Iterator[IO[str]]:
    began = time.monotonic()
    with path.open("a+") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() - began > wait:
                    raise AssertionError(
                        f"{path}: a lab that is in use: {path.read_text()}; wait for that run of "
                        "these tests, or choose others with DOCKWRIGHT_TEST_RANGE=10.77"
                    ) from None
            time.sleep(0.5)
        yield file


def _take_down(file: IO[str]) -> None:
    said = _read(file)
    if not said:
        return
    end(said.get("stand_up"))
    lab.down(said["lab"], Path(said["state"]), echo=print)
    _write(file, "")


def end(process: int | None) -> None:
    """End the process that stands a lab up, and what it has begun."""
    for number, seconds in ((signal.SIGINT, 60), (signal.SIGKILL, 10)):
        if process is None or not _stands_up(process):
            return
        os.killpg(process, number)
        until = time.monotonic() + seconds
        while _stands_up(process) and time.monotonic() < until:
            time.sleep(0.1)


def _stands_up(process: int) -> bool:
    """Whether it is still that process, and not another one of its number."""
    try:
        return STAND_UP.encode() in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def _read(file: IO[str]) -> dict[str, Any]:
    file.seek(0)
    text = file.read()
    return dict(json.loads(text)) if text else {}


def _write(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()
