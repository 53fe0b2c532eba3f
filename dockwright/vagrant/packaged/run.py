"""Commands of Vagrant and pyinfra one after the other, with their times; one call at a time."""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dockwright.errors import DockwrightError

Echo = Callable[[str], None]

# Records, the lock, and the command that is running; `vagrant destroy` leaves them.
FOLDER = Path(".vagrant/dockwright")
_EVERY = 0.5  # seconds
_AGAIN = "give the same command again: it goes on from there"
# The command notes who it is before it begins, since Vagrant goes on where we are killed, and
# refuses a second action on the same machine. A lock that it inherits is no way: what it starts in
# its turn may stay as long as the machine.
_NOTED = 'echo "$$ $(ps -o lstart= -p $$)" >"$0" && exec "$@"'


class VagrantCommands:
    """The commands of one call, run in ``folder``; made by `held`."""

    def __init__(self, folder: Path, echo: Echo) -> None:
        self.folder, self._echo = folder, echo
        self._running = folder / FOLDER / "running"

    def run(self, what: str, argv: Sequence[str], way: str = _AGAIN) -> float:
        """Run a command whose output goes where ours does; the seconds it took.

        Args:
            what: what it is for, which its lines begin with.
            argv: the command.
            way: what to do where it fails, once that is mended.

        Raises:
            DockwrightError: it failed, or is not there.
        """
        self._echo(f"=== {what}: {shlex.join(argv)}")
        began = time.monotonic()
        status = self._call(argv, None).returncode
        took = time.monotonic() - began
        if status != 0:
            raise DockwrightError(
                f"{what}: `{shlex.join(argv)}` failed with status {status} after {took:.0f} s; "
                f"see above, mend it, and {way}"
            )
        self._echo(f"=== {what}: {took:.1f} s")
        return took

    def answer(self, what: str, argv: Sequence[str]) -> str:
        """Run a command for what it writes to standard output; errors go where ours do."""
        self._echo(f"=== {what}: {shlex.join(argv)}")
        done = self._call(argv, subprocess.PIPE)
        if done.returncode != 0:
            raise DockwrightError(
                f"{what}: `{shlex.join(argv)}` failed with status {done.returncode}; see above"
            )
        return str(done.stdout)

    def _call(self, argv: Sequence[str], output: int | None) -> subprocess.CompletedProcess[str]:
        # pyinfra is the one beside our Python: there may be none in PATH, or another one
        beside = Path(sys.executable).with_name(argv[0])
        program = str(beside) if beside.exists() else argv[0]
        if shutil.which(program) is None:
            raise DockwrightError(f"{argv[0]}: no such program; install it")
        done = subprocess.run(
            ["sh", "-c", _NOTED, str(self._running), program, *argv[1:]],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            text=True,
            check=False,
        )
        self._running.unlink(missing_ok=True)
        return done

    def wait(self) -> None:
        """Wait until a command has ended that a killed call left running."""
        try:
            number, _, when = self._running.read_text(encoding="utf-8").partition(" ")
        except FileNotFoundError:
            return
        started = when.split()
        if started and _started(number) == started:
            self._echo(f"waiting for process {number}, which a killed `dockwright vagrant` left")
            while _started(number) == started:
                time.sleep(_EVERY)
        self._running.unlink(missing_ok=True)


def _started(process: str) -> list[str]:
    """When a process began, which tells it from a later one of its number; [] for none."""
    asked = ["ps", "-o", "stat=,lstart=", "-p", process]
    words = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    return [] if not words or words[0].startswith("Z") else words[1:]


@contextmanager
def held(folder: Path, echo: Echo) -> Iterator[VagrantCommands]:
    """Hold the lock of ``folder``: waits for another call, and for what a killed one left."""
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        opened = (folder / FOLDER / "lock").open("w", encoding="utf-8")
    except OSError as error:
        raise DockwrightError(
            f"{folder / FOLDER}: {error.strerror}; it must be yours to write in: see its owner"
        ) from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            echo("waiting for another `dockwright vagrant` in this folder")
            fcntl.flock(lock, fcntl.LOCK_EX)
        commands = VagrantCommands(folder, echo)
        commands.wait()
        yield commands


# GB: a packaged box and what Vagrant unpacks of it
_ROOM = 6
_PROGRAMS = {
    "virtualbox": (("VBoxManage",), "VirtualBox"),
    "libvirt": (
        ("virt-sysprep", "virt-sparsify", "qemu-img", "virsh"),
        "libguestfs-tools, qemu-utils and libvirt-clients",
    ),
}


def away_with_halves(since: float, echo: Echo) -> None:
    """Remove what a killed `vagrant package` or `box add` left: gigabytes, and Vagrant never does.

    Args:
        since: when that began, in seconds since the epoch; what is older is not ours.
        echo: told what went.
    """
    for pattern in ("vagrant-package-*", "vagrant-box-add-temp-*"):
        for path in (_home() / "tmp").glob(pattern):
            if path.stat().st_mtime >= since:
                shutil.rmtree(path, ignore_errors=True)
                echo(f"{path}: removed, half a box")


def _home() -> Path:
    return Path(os.environ.get("VAGRANT_HOME", "~/.vagrant.d")).expanduser()


def check(provider: str, folder: Path) -> None:
    """Raise DockwrightError before anything is begun where packaging can't end well.

    Args:
        provider: ``virtualbox`` or ``libvirt``; no other one packages boxes as we do.
        folder: where the packaged box is written first.
    """
    if provider not in _PROGRAMS:
        raise DockwrightError(
            f"provider {provider}: not one that boxes are built with; use "
            f"{' or '.join(_PROGRAMS)} (VAGRANT_DEFAULT_PROVIDER)"
        )
    programs, package = _PROGRAMS[provider]
    for program in programs:
        if shutil.which(program) is None:
            raise DockwrightError(
                f"provider {provider}: no {program} on this machine, which packaging "
                f"takes; install {package}"
            )
    home = _home()
    for place in (folder, home if home.exists() else home.parent):
        free = shutil.disk_usage(place).free / 1e9
        if free < _ROOM:
            raise DockwrightError(
                f"{place}: {free:.1f} GB free, and a box takes up to {_ROOM}; make room there"
            )
