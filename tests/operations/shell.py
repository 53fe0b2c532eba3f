"""A real sh in which every program only notes what it was called with, and canaries show.

What is run may be anything: as root it is run as nobody, in a folder of its own.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# executed, each calls `touch canary` or makes the file `canary`
CANARIES = (
    "$(touch canary)", "`touch canary`", "; touch canary;", "' ; touch canary ; '",
    '" ; touch canary ; "', "| touch canary", "&& touch canary", "\ntouch canary\n", ">canary",
    "'$(touch canary)'", "-o=$(touch canary)", "${x:=$(touch canary)}", "*", "~", "--", "-rf",
    "a b", "é ü 漢", "\\", "\\'", "'", '"', "$HOME", "!!", "#", "%s", "\t", "{{ 7 * 7 }}",
)  # fmt: skip
_ANY = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
hostile = st.one_of(
    st.sampled_from(CANARIES),
    st.tuples(_ANY, st.sampled_from(CANARIES), _ANY).map("".join),
)
# how often what is hostile is tried
HOW = settings(
    max_examples=500 if os.environ.get("DOCKWRIGHT_SOAK") else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
_RECORD = """#!/bin/sh
{ printf '%s\\0' "$#" "${0##*/}" "$@"; } >>"$RECORD"
"""


class Shell:
    """Runs command lines, and tells which programs were called, each with its arguments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record = folder / "record"
        programs = folder / "bin"
        programs.mkdir(parents=True)
        stand_in = folder / "stand-in"
        stand_in.write_text(_RECORD)
        stand_in.chmod(0o755)
        names = {
            entry.name
            for place in ("/bin", "/sbin", "/usr/bin", "/usr/sbin")
            for entry in os.scandir(place)
        }
        # what a box has, and this machine may lack
        names |= {
            "docker",
            "dockerd",
            "initctl",
            "mmdebstrap",
            "supervisorctl",
            "systemctl",
            "apt-get",
            "openssl",
        }
        for name in names - {"sh"}:
            (programs / name).symlink_to(stand_in)
        (programs / "sh").symlink_to("/bin/sh")
        self.user = 65534 if os.geteuid() == 0 else None
        folder.parent.chmod(0o755)
        folder.chmod(0o777)

    def run(self, line: str, stdin: str = "") -> list[list[str]]:
        """The calls that ``line`` made.

        Raises:
            AssertionError: a canary was executed.
        """
        self.record.unlink(missing_ok=True)
        subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=self.folder,
            env={"PATH": str(self.folder / "bin"), "RECORD": str(self.record), "HOME": "/"},
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=60,
            check=False,
            user=self.user,
        )
        calls = self._calls()
        assert ["touch", "canary"] not in calls, line
        assert not (self.folder / "canary").exists(), line
        return calls

    def _calls(self) -> list[list[str]]:
        if not self.record.exists():
            return []
        words = self.record.read_bytes().decode("utf-8", "surrogateescape").split("\0")
        calls, at = [], 0
        while at < len(words) - 1:
            count = int(words[at])
            calls.append(words[at + 1 : at + 2 + count])
            at += 2 + count
        return calls
