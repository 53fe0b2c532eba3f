"""Whether a secret is ever among the arguments of a process, of this machine or its boxes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.labs import sampler
from tests.lab.labs.figures import figure


@contextmanager
def watching(words: list[str]) -> Iterator[list[str]]:
    """Watch all processes of this machine and its boxes; the lines of those that had a word."""
    found: list[str] = []
    watch = subprocess.Popen(
        [sys.executable, sampler.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert watch.stdin
    assert watch.stdout
    watch.stdin.write("".join(f"{word}\n" for word in words) + "\n")
    watch.stdin.flush()
    assert watch.stdout.readline() == "watching\n"
    try:
        yield found
    finally:
        said = watch.communicate(timeout=60)[0].splitlines()
        found += said[:-1]
        figure(f"arguments of all processes: {said[-1]}")
