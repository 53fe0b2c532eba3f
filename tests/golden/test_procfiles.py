"""The Procfile format: ours, foreman's and honcho's reading of the same files.

Each case is a file whose name is a sentence. ``processes`` is what all three read; where ours is
deliberately stricter, the case says why (``stricter``), our ``error``, and what the ``others``
read: null is an error. foreman is Debian's ruby-foreman, which `script/install --lab` installs.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from honcho.environ import parse_procfile

from dockwright.boot.group import group
from dockwright.boot.procfile import parse
from dockwright.errors import DockwrightError

CASES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "procfiles").iterdir())
}
LENIENT = [name for name, case in CASES.items() if "stricter" not in case]
EXPORTED = [name for name in LENIENT if CASES[name].get("export", True)]
WITHOUT_FOREMAN = pytest.mark.skipif(
    shutil.which("foreman") is None, reason="no foreman here; script/install --lab installs it"
)
_READ = """
require "foreman/procfile"
Foreman::Procfile.new(ARGV[0]).entries { |name, command| print name, "\\0", command, "\\0" }
"""
UTF8 = {**os.environ, "LC_ALL": "C.UTF-8"}

Processes = list[list[str]] | None


def _ours(text: str) -> Processes:
    return [[process.name, process.command] for process in parse(text, "Procfile")]


def _honchos(text: str) -> Processes:
    try:
        found = parse_procfile(text).processes.items()
    except AssertionError:
        return None
    return [[name, command.rstrip()] for name, command in found]


def _foremans(folder: Path) -> Processes:
    done = subprocess.run(
        ["ruby", "-e", _READ, str(folder / "Procfile")],
        capture_output=True, check=True, text=True, env=UTF8, encoding="utf-8",
    )  # fmt: skip
    words = done.stdout.split("\0")[:-1]
    return [[n, c.rstrip()] for n, c in zip(words[::2], words[1::2], strict=True)]


@pytest.mark.parametrize("name", LENIENT)
def test_it_is_read_as_it_is_meant(name: str) -> None:
    assert _ours(CASES[name]["procfile"]) == CASES[name]["processes"]


@pytest.mark.parametrize("name", [name for name in CASES if name not in LENIENT])
def test_where_ours_is_stricter_it_says_what_is_wrong(name: str) -> None:
    with pytest.raises(DockwrightError, match=f"^{re.escape(CASES[name]['error'])}"):
        _ours(CASES[name]["procfile"])


@pytest.mark.parametrize("name", CASES)
def test_honcho_reads_it_as_the_case_says(name: str) -> None:
    assert _honchos(CASES[name]["procfile"]) == _expected(CASES[name], "honcho")


@WITHOUT_FOREMAN
@pytest.mark.parametrize("name", CASES)
def test_foreman_reads_it_as_the_case_says(name: str, tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_bytes(CASES[name]["procfile"].encode())
    assert _foremans(tmp_path) == _expected(CASES[name], "foreman")


@WITHOUT_FOREMAN
@pytest.mark.parametrize("name", EXPORTED)
def test_names_order_and_ports_are_those_of_foremans_export(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    (tmp_path / "Procfile").write_bytes(case["procfile"].encode())
    scale = {"all": 1, **case.get("scale", {})}
    done = subprocess.run(
        ["foreman", "export", "upstart", "out", "--app", "app", "--procfile", "Procfile",
         "--formation", ",".join(f"{process}={count}" for process, count in scale.items())],
        capture_output=True, check=True, text=True, env=UTF8, encoding="utf-8", cwd=tmp_path,
    )  # fmt: skip
    theirs = {}
    for name_and_number in re.findall(r"writing: app-(.+-[0-9]+)\.conf", done.stdout):
        text = (tmp_path / "out" / f"app-{name_and_number}.conf").read_text(encoding="utf-8")
        port = re.search(r"^env PORT=(\d+)$", text, re.MULTILINE)
        assert port is not None
        theirs[name_and_number] = int(port[1])
    commands = dict(case["processes"])
    jobs = group("app", case["procfile"], "Procfile", scale=case.get("scale")).jobs
    assert [f"{job.process}-{job.number}" for job in jobs] == list(theirs)
    for job in jobs:
        number = theirs[f"{job.process}-{job.number}"]
        published = "PORT" in commands[job.process]
        assert [port.host for port in job.ports] == [(number, number)] * published, job.name


def _expected(case: dict[str, Any], reader: str) -> Processes:
    found: Processes = case.get("others", {}).get(reader, case.get("processes"))
    return found
