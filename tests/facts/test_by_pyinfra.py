"""Facts as pyinfra's own command asks and prints them: `pyinfra INVENTORY fact MODULE.NAME …`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from test_commands import ARGUMENTS, FACTS

PYINFRA = Path(sys.executable).with_name("pyinfra")
GIVEN = {
    "Account": ["user=nobody", "number=65534", "home=/nonexistent"],
    "Content": ["path=/etc/hostname"],
    "ImageRuns": ["image=none:none"],
    "Member": ["user=root"],
    "Newest": ['paths=["/etc/hosts"]'],
    "Password": ["path=/etc/hostname"],
    "Repository": ["path=/nonexistent"],
    "Restarts": ["init=systemd", 'jobs=["x.web.1"]'],
    "Trust": ["registry=192.168.50.20:5000"],
    "Data": ['sources=["dbdata"]'],
    "Upgrade": ['packages=["bash"]'],
    "Variables": ['paths=["/nonexistent"]'],
}


def _asked(*words: str) -> tuple[dict[str, Any], str]:
    done = subprocess.run(
        [PYINFRA, "-y", "--json", "@local", "fact", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "TypeError" not in done.stderr, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found, done.stderr


def _path(name: str) -> str:
    [fact] = [fact for fact in FACTS if fact.__name__ == name]
    return f"{fact.__module__}.{name}"


def test_each_fact_is_printed_as_json_and_no_secret_with_it() -> None:
    assert GIVEN.keys() == ARGUMENTS.keys()
    words = [
        word for fact in FACTS for word in (_path(fact.__name__), *GIVEN.get(fact.__name__, []))
    ]
    found, said = _asked(*words)
    assert len(found) == len(FACTS), said
    values = {key.partition(" (")[0].rpartition(".")[2]: by["@local"] for key, by in found.items()}
    assert values["Member"]["exists"] is True
    assert values["Content"]["kind"] == "file"
    # a password's file may be anything that its caller names
    assert values["Password"]["text"] == "(hidden)"
    assert values["Login"]["texts"] == "(hidden)"


@pytest.mark.parametrize("name", GIVEN)
def test_without_its_arguments_a_fact_says_how_it_is_asked(name: str) -> None:
    _, said = _asked(_path(name))
    assert f"fact {name}: " in said
    assert ": not given" in said
    assert f"write {_path(name)} " in said


def test_an_argument_that_a_fact_has_not_is_named() -> None:
    _, said = _asked(_path("Member"), "usr=root")
    assert "user: not given, usr: no argument of it" in said
