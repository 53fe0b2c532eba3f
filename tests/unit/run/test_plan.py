"""Plans of small deploys on this machine, which need no root, and what hangs on what."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from dockwright.box.this_run import WHILE_EXECUTING
from dockwright.run.plan import _condition

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "docs/plan.schema.json").read_text())
DOCKWRIGHT = Path(sys.executable).with_name("dockwright")


DEPLOY = """
from pyinfra.operations import files, server
from io import StringIO
from dockwright.operations import git

made = git.repository(name="the repository", path="{here}/wiki")
files.put(name="a text", src=StringIO("new\\n"), dest="{here}/text")
server.shell(name="behind it", commands=["touch {here}/behind"], _if=made.did_change)
server.shell(name="always", commands=["touch {here}/always"])
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site.py").write_text(DEPLOY.replace("{here}", str(tmp_path)))
    (tmp_path / "text").write_text("old\n")
    return tmp_path


def _run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DOCKWRIGHT, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, **more},
    )  # fmt: skip


def test_a_plan_of_any_deploy_says_what_would_change_and_changes_nothing(site: Path) -> None:
    before = sorted(path.name for path in site.iterdir())
    done = _run(site, "plan", "@local", "site.py", "--json")
    assert done.returncode == 2, done.stderr
    told = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    ops = {op["name"]: op for op in told["boxes"][0]["operations"]}
    assert {name: op["status"] for name, op in ops.items()} == {
        "the repository": "change", "a text": "change", "behind it": "unknown", "always": "action",
    }  # fmt: skip
    assert ops["the repository"]["commands"][0].startswith("git init")
    assert ops["a text"]["files"][0]["difference"].splitlines()[-2:] == ["-old", "+new"]
    assert sorted(path.name for path in site.iterdir()) == before
    assert (site / "text").read_text() == "old\n"


def test_only_takes_what_it_names_and_what_hangs_on_the_rest_stays(site: Path) -> None:
    done = _run(site, "plan", "@local", "site.py", "--only", "BEHIND")
    assert (done.returncode, done.stdout) == (0, "1 box, 1 operation: as declared\n")
    done = _run(site, "plan", "@local", "site.py", "--only", "repositorry")
    assert done.returncode == 1
    assert "--only repositorry: in the name of no operation; did you mean the repository?" in (
        done.stderr
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere/x.py", "site.py"], "error: inventory nowhere/x.py: no such file"),
        (["@local", "absent.py"], "error: absent.py: no such file"),
        (["@local", "broken.py"], "error: broken.py:1: ZeroDivisionError: division by zero"),
        (["@local", "wrong.py"], "repository 'wiki': not absolute; write it from /"),
        (["@local", "site.py", "--limit", "remote"], "error: box remote: not in the inventory"),
        (["@local"], "error: @local: an inventory, and no deploy file; say -i @local"),
    ],
)
def test_an_error_is_one_line_and_status_1(site: Path, words: list[str], said: str) -> None:
    (site / "broken.py").write_text("1 / 0\n")
    (site / "wrong.py").write_text(
        "from dockwright.operations import git\ngit.repository(path='wiki')\n"
    )
    done = _run(site, "plan", *words)
    assert done.returncode == 1
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def _of(condition: Any) -> tuple[bool, bool]:
    data: Any = SimpleNamespace(global_arguments={"_if": condition})
    return _condition(data)


def test_a_condition_makes_it_hang_on_another_operation() -> None:
    assert _of(lambda: True) == (True, True)
    assert _of([lambda: True, lambda: False]) == (True, False)
    assert _of(None) == (False, True)


def test_one_that_asks_what_failed_while_a_run_executes_does_not() -> None:
    def none_failed() -> bool:
        return True

    vars(none_failed)[WHILE_EXECUTING] = True
    assert _of(none_failed) == (False, True)
    assert _of([none_failed, lambda: True]) == (True, True)
