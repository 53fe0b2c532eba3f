"""A command that is run, bounded in time and memory, and what is asserted of what it said."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.labs.site_lab import ROOT

MOST_MEMORY = 400  # MB; a run that takes more is ended, as this machine has others to serve


@dataclass(frozen=True)
class Said:
    """A run that ended: what it wrote, how long it took (seconds), its memory's peak (MB)."""

    status: int
    out: str
    err: str
    seconds: float
    memory: int

    @property
    def all(self) -> str:
        return self.out + self.err

    def changes(self) -> list[str]:
        """The operations that ``pyinfra --json`` says changed something, as ``BOX: NAME``."""
        found = json.loads(self.out)["results"]["operations"]
        return sorted(f"{box}: {op['name']}" for op in found for box in op["success"])


def watched_run(
    argv: Sequence[str], environment: Mapping[str, str], most: float, stdin: str = ""
) -> Said:
    """Run ``argv``; one that is at it after ``most`` seconds is ended by SIGKILL."""
    began = time.monotonic()
    child = subprocess.Popen(
        argv, cwd=ROOT, env=environment, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    peak = [0]
    watching = threading.Thread(target=_watch, args=(child, began + most, peak))
    watching.start()
    out, err = child.communicate(stdin.encode())
    watching.join()
    texts = [text.decode("utf-8", "surrogateescape") for text in (out, err)]
    said = Said(child.returncode, *texts, time.monotonic() - began, peak[0] // 1024)
    print(f"$ {' '.join(argv)}\n{said.all}[status {said.status}, {said.seconds:.1f} s, "
          f"{said.memory} MB]")  # fmt: skip
    return said


def _watch(child: "subprocess.Popen[bytes]", until: float, peak: list[int]) -> None:
    while child.poll() is None:
        try:
            lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
        except OSError:
            return
        peak[0] = max([peak[0], *(int(at.split()[1]) for at in lines if at.startswith("VmHWM:"))])
        if time.monotonic() > until or peak[0] > MOST_MEMORY * 1024:
            os.killpg(child.pid, signal.SIGKILL)
            return
        time.sleep(0.1)


def one_failed(said: Said, box: str = "one", *words: str) -> str:
    """The line that says of ``box`` what is the matter: there is one, with ``words`` in it."""
    assert "Traceback" not in said.all, said.all
    assert said.status == 1, said.status
    lines = [line for line in said.all.splitlines() if f"box {box}: " in line]
    if not lines:
        # connections of pyinfra's own command are told by its own words
        theirs = [line for line in said.err.splitlines() if f"[{box}] " in line]
        lines = [line.replace(f"[{box}]", f"box {box}:") for line in theirs if "rror (" in line]
    own = {line[line.index(f"box {box}: ") :] for line in lines if "still waiting" not in line}
    assert len(own) == 1, own
    [line] = own
    for word in words:
        assert word in line, line
    return line
