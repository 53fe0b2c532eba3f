"""A plan's values and lines, and plans of small deploys on this machine, which need no root."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dockwright.box.record import commit_of
from dockwright.facts.content import FileContent
from dockwright.run.applied import Applied, OfBox
from dockwright.run.difference import file_change
from dockwright.run.planned import FileChange, Plan, Planned
from dockwright.run.wording.applied import lines as of_a_run
from dockwright.run.wording.whole import lines

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "docs/plan.schema.json").read_text())
DOCKWRIGHT = Path(sys.executable).with_name("dockwright")
OURS = ("root:root", "0:0")


def _text(kind: str, mode: str, text: str | None) -> FileContent:
    return FileContent(kind, mode, OURS, text)


@pytest.mark.parametrize(
    ("there", "mode", "expected"),
    [
        (
            _text("file", "644", "one\ntwo\n"),
            0o644,
            "--- /etc/x\n+++ /etc/x (declared)\n@@ -1,2 +1,2 @@\n one\n-two\n+2",
        ),
        (_text("file", "666", "one\n2\n"), 0o644, "mode 666 -> 644"),
        (
            FileContent("file", "644", ("me:us", "5:6"), "one\n2\n"),
            0o644,
            "owner me:us -> root:root",
        ),
        (
            FileContent(),
            0o644,
            "--- /dev/null\n+++ /etc/x (declared)\n@@ -0,0 +1,2 @@\n+one\n+2",
        ),
        (_text("file", "600", None), 0o600, "(secret) differs"),
        (_text("file", "644", "s3cret"), 0o600, "(secret) differs\nmode 644 -> 600"),
        (_text("file", "600", None), 0o644, "(secret) differs\nmode 600 -> 644"),
        (_text("link to /x", "644", "one\n2\n"), 0o644, "is a link to /x, not a file"),
        (
            _text("file", "644", "one\r\n2"),
            0o644,
            "--- /etc/x\n+++ /etc/x (declared)\n@@ -1,2 +1,2 @@\n-one\\r\n-2\n"
            "\\ No newline at end of file\n+one\n+2",
        ),
        (
            FileContent("file", "644", ("root:root", "0:0"), None, is_large=True),
            0o644,
            "differs (too large to be shown)",
        ),
        (
            FileContent("file", "644", ("root:root", "0:0"), None, is_large=True),
            0o600,
            "(secret) differs\nmode 644 -> 600",
        ),
        (FileContent(), 0o640, "(secret) is not there"),
    ],
)
def test_a_file_is_compared_and_a_secret_one_never_shown(
    there: FileContent, mode: int, expected: str
) -> None:
    found = file_change("/etc/x", "one\n2\n", there, mode, "root:root")
    assert found.difference == expected
    assert found.secret == expected.startswith("(secret)")


def _op(box: str, name: str, status: Any, **more: Any) -> Planned:
    return Planned(box, f"Leaves | {name}", status, **more)


def test_the_summary_names_what_would_change_and_where() -> None:
    plan = Plan(
        "deploy/site.py",
        ("docker", "registry"),
        (
            *(_op("docker", name, "change") for name in "abcde"),
            _op("docker", "pull", "unknown"),
            _op("registry", "hosts", "current"),
        ),
    )
    assert plan.summary() == (
        "2 boxes, 7 operations: 5 would change on docker (a, b, c, and 2 more); "
        "1 known after apply on docker (pull)"
    )
    assert plan.drift
    assert Plan("x", ("docker",), (_op("docker", "a", "current"),)).summary() == (
        "1 box, 1 operation: as declared"
    )


def test_what_runs_every_time_is_no_drift_and_not_idle_either() -> None:
    plan = Plan("x", ("docker",), (_op("docker", "clean up", "action"),))
    assert (plan.drift, plan.idle) == (False, False)
    assert plan.summary() == "1 box, 1 operation: as declared; 1 run every time"


def test_the_json_is_as_its_schema_says_and_the_schema_tells_others_apart() -> None:
    change = _op(
        "docker",
        "a",
        "change",
        reasons=("r",),
        files=(FileChange("/x", False, ""),),
        commands=("c",),
    )
    plan = Plan("x", ("docker",), (change, _op("docker", "b", "unknown")))
    told = plan.json()
    jsonschema.validate(told, SCHEMA)
    first, second = told["boxes"][0]["operations"]
    assert (first["certain"], second["certain"]) == (True, False)
    second["certain"] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, SCHEMA)


def test_control_characters_of_a_box_do_not_reach_the_terminal() -> None:
    change = FileChange("/x", False, "--- /x\n+++ /x (declared)\n-\x1b[2Jgone")
    told = "\n".join(lines(Plan("x", ("b",), (_op("b", "a", "change", files=(change,)),))))
    assert "\x1b[2J" not in told
    assert "gone" in told


def test_what_was_applied_is_a_table_and_each_failure_has_its_reason() -> None:
    docker = OfBox(("Leaves | a",), {"Leaves | b: boot job": "b.web.1: not up within 60 s"}, 7, 4.2)
    done = Applied({"docker": docker, "registry": OfBox(current=9, seconds=0.31)}, 5.04)
    assert list(of_a_run(done)) == [
        "box       changed  as declared  seconds  failed",
        "docker          1            7      4.2  b: boot job: b.web.1: not up within 60",
        "                                         s",
        "registry        0            9      0.3",
        "1 changed, 1 failed, 16 as declared; 5.0 s",
    ]
    assert not done.ok
    assert list(of_a_run(Applied({"docker": OfBox(current=3)}, 0.2))) == [
        "nothing changed, 3 as declared; 0.2 s"
    ]


def test_the_commit_of_a_site_says_where_files_differ_from_it(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *words], check=True, capture_output=True)

    deploy = tmp_path / "site.py"
    assert commit_of(deploy) == ""
    git("init", "-q")
    deploy.write_text("")
    git("add", ".")
    git("commit", "-qm", "first")
    assert len(commit_of(deploy)) == 12
    deploy.write_text("#")
    assert commit_of(deploy).endswith("+")


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
