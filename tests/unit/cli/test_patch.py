"""The standard library as gevent has it, whose plugins are looked for once."""

import subprocess
import sys

ASKED = """
from importlib import metadata
looks = []
look = metadata.entry_points
def counted(**wanted):
    looks.append(wanted)
    return look(**wanted)
metadata.entry_points = counted
import dockwright.cli
from gevent import monkey
print(all(map(monkey.is_module_patched, ("socket", "ssl", "subprocess", "threading"))))
print(metadata.entry_points is counted, len(looks))
"""


def test_all_is_patched_and_plugins_are_looked_for_once() -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, check=True
    )
    assert asked.stdout.split() == ["True", "True", "1"], asked.stdout + asked.stderr
