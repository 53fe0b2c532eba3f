"""How long the plan of a chain takes by its length: the `dockwright images plan` command whole.

Run by script/bench. A chain of N images has small contexts (a Dockerfile and two files each);
every tenth one stands right above the base, each other on one before it, four on each. `over one`
and `an image` are of the processor's time, which other work on the machine changes least.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LENGTHS = (1, 100, 1000, 5000)
TRIES = 3


def make(folder: Path, length: int) -> None:
    for number in range(length):
        image = folder / f"i{number}"
        image.mkdir(parents=True)
        below = "debian:bookworm" if number % 10 == 0 else f"i{number // 4}"
        (image / "Dockerfile").write_text(f"FROM {below}\nARG V\nCOPY . /srv\nRUN true\n")
        (image / "run").write_text(f"#!/bin/sh\nexec {number}\n")
        (image / "settings.conf").write_text("a = b\n" * 20)


def plan(folder: Path) -> tuple[float, float]:
    """Seconds of the clock and of the processor, the best of some tries: others only add to it."""
    program = Path(sys.executable).with_name("dockwright")
    clock, processor = [], []
    for _ in range(TRIES):
        began, before = time.perf_counter(), _processor()
        subprocess.run(
            [program, "images", "plan", folder, "--json"], check=True, capture_output=True
        )
        clock.append(time.perf_counter() - began)
        processor.append(_processor() - before)
    return min(clock), min(processor)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    print(f"{'images':>8} {'plan':>9} {'processor':>10} {'over one':>10} {'an image':>12}")
    one = 0.0
    for length in LENGTHS:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), length)
            clock, processor = plan(Path(folder))
        one = one or processor
        over = processor - one
        each = f"{over / (length - 1) * 1000:9.2f} ms" if length > 1 else ""
        print(f"{length:>8} {clock:>7.2f} s {processor:>8.2f} s {over:>8.2f} s {each:>12}")


if __name__ == "__main__":
    main()
