"""Our Upstart jobs against what Upstart itself was recorded to do.

fixtures/upstart-cases.json was recorded from Upstart 1.5 and 1.12.1 running as PID 1: job text,
and what the process it started received. The reader of the tests must agree with all 70 records
before it may judge; then every value in them goes through our own renderer.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from dockwright.boot.job import Group, Job
from dockwright.inits import upstart
from tests.upstart import reader

_RECORDS = json.loads(
    (Path(__file__).parents[1] / "fixtures/upstart-cases.json").read_text(encoding="utf-8")
)
CASES: dict[str, dict[str, Any]] = {case["name"]: case for case in _RECORDS["cases"]}
SECRET = "SECRET='s p\"a ce $x'\n"
# the records' machine had these, and `exec-glob` tells them
HOSTS = ("host.conf", "hostname", "hosts", "hosts.allow", "hosts.deny")


def _program(folder: Path) -> tuple[Path, Path]:
    program, record = folder / "docker", folder / "record"
    reader.recorder(program, record)
    return program, record


def _received(text: str, folder: Path) -> tuple[list[str], dict[str, str]] | None:
    _, record = folder / "docker", folder / "record"
    reader.start(reader.read(text), {"PATH": f"{folder}:/usr/bin:/bin"})
    return reader.recorded(record)


def test_all_records_are_here() -> None:
    assert len(CASES) == 70


@pytest.mark.parametrize("name", CASES)
def test_the_reader_agrees_with_the_record(name: str, tmp_path: Path) -> None:
    program, _ = _program(tmp_path)
    (tmp_path / "file").write_text(SECRET)
    for host in HOSTS:
        (tmp_path / host).touch()
    text = CASES[name]["job"].replace("PROGRAM", str(program))
    text = text.replace("ENVFILE", str(tmp_path / "file")).replace("/etc/host", f"{tmp_path}/host")
    try:
        found = _received(f"start on runlevel [2345]\n{text}\n", tmp_path)
    except reader.DoesNotParse:
        found = None
    seen: Any = None
    if found is not None:
        arguments, environment = found
        seen = environment.get("X") if name.startswith("env-") else arguments
    if name == "exec-glob":
        seen = [word.replace(str(tmp_path), "/etc") for word in seen]
    assert seen == CASES[name]["seen"]


@pytest.mark.parametrize("name", CASES)
def test_what_our_renderer_writes_for_its_values_arrives_unchanged(
    name: str, tmp_path: Path
) -> None:
    _program(tmp_path)
    seen = CASES[name]["seen"]
    # a case that got nothing through has its own text for a value, the whole job
    values = [seen] if isinstance(seen, str) else seen or [CASES[name]["job"]]
    # and every case's text, as a word of the command: it starts no stanza of its own
    words = [*values, CASES[name]["job"]]
    env = {"X": values[0], "TEXT": CASES[name]["job"]}
    job = Job("app", "web", 1, "app", ("run", "app", *words), (), tuple(sorted(env.items())), 10)
    files = {file.path: file.text for file in upstart.files(Group("app", (job,), ()), tmp_path)}
    secret = tmp_path / "app.web.1.env"
    secret.write_text(files["/etc/dockwright/env/app.web.1.env"], encoding="utf-8")
    text = files["/etc/init/dockwright-app.web.1.conf"]
    plain = upstart.files(Group("app", (_plain(),), ()), tmp_path)[1].text
    assert [s.name for s in reader.read(text)] == [s.name for s in reader.read(plain)]
    found = _received(text.replace("\n  . /etc/dockwright/env/", f"\n  . {tmp_path}/"), tmp_path)
    assert found is not None
    arguments, environment = found
    assert arguments == ["run", "app", *words]
    assert {key: environment[key] for key in env} == env


def _plain() -> Job:
    return Job("app", "web", 1, "app", ("run", "app"), (), (("A", "1"),), 10)


@pytest.mark.parametrize(
    "text",
    ["reload signal HUP", "apparmor load x", "cgroup memory", "setuid", "task now", "respawn 3 5",
     "kill 10", "console both", "env A=b c", "script\n  true\n", "start", "description 'a", "a\\"],
)  # fmt: skip
def test_the_reader_refuses_what_upstart_1_5_does_not_know(text: str) -> None:
    with pytest.raises(reader.DoesNotParse):
        reader.read(text)
