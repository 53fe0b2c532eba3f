"""The stand-in for Upstart gives every answer that a real one was recorded to give.

fixtures/upstart-answers.md holds the records. `start/spawned` is not among the answers: only 1.13
stays in it, while it waits for the kernel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.upstart.machine import Machine

LEAF = "start on started dockwright-app\nstop on stopping dockwright-app\n"
STUBBORN = "script\n  trap : TERM\n  while :; do sleep 0.01; done\nend script\n"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    (tmp_path / "init").mkdir()
    (tmp_path / "log").mkdir()
    made = Machine(tmp_path / "init", tmp_path / "log", {"PATH": "/usr/bin:/bin"}, "1.5")
    yield made
    made.close()


def job(machine: Machine, name: str, text: str) -> None:
    path = machine.folder / f"{name}.conf"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def status(machine: Machine, name: str) -> str:
    _, said = machine.call("initctl", ["status", name])
    return re.sub(r"process \d+", "process N", said)


def becomes(machine: Machine, name: str, line: str) -> None:
    machine.wait(lambda: status(machine, name) == line, 5)
    assert status(machine, name) == line


def until(machine: Machine, name: str) -> str:
    """A loop for a script that ends once ``release`` of that name was called."""
    return f"while [ ! -e {machine.folder}/{name} ]; do sleep 0.01; done\n"


def release(machine: Machine, name: str) -> None:
    (machine.folder / name).touch()


def test_its_version(machine: Machine) -> None:
    assert machine.call("initctl", ["version"]) == (0, "init (upstart 1.5)")


def test_a_leaf_waits_in_pre_start_runs_respawns_and_stops(machine: Machine) -> None:
    name = "dockwright-app.web.1"
    job(machine, "dockwright-app", "")
    job(machine, name, f"{LEAF}respawn\npre-start script\n{until(machine, 'engine')}end script\n"
        f"script\n{until(machine, 'fall')}end script\n"
        f"post-stop script\n{until(machine, 'clean')}end script\n")  # fmt: skip
    assert status(machine, name) == f"{name} stop/waiting"
    assert machine.call("initctl", ["start", "dockwright-app"]) == (
        0, "dockwright-app start/running"
    )  # fmt: skip
    becomes(machine, name, f"{name} start/pre-start, process N")
    release(machine, "engine")
    becomes(machine, name, f"{name} start/running, process N")
    release(machine, "fall")
    becomes(machine, name, f"{name} start/post-stop, process N")
    (machine.folder / "fall").unlink()
    release(machine, "clean")
    becomes(machine, name, f"{name} start/running, process N")


def test_a_stop_sends_no_signal_to_pre_start_and_the_master_waits(machine: Machine) -> None:
    name = "dockwright-app.web.1"
    job(machine, "dockwright-app", "")
    job(machine, name, f"{LEAF}pre-start script\n{until(machine, 'engine')}end script\n{STUBBORN}")
    machine.call("initctl", ["start", "dockwright-app"])
    becomes(machine, name, f"{name} start/pre-start, process N")
    machine.call("initctl", ["stop", "--no-wait", "dockwright-app"])
    becomes(machine, name, f"{name} stop/pre-start, process N")
    assert status(machine, "dockwright-app") == "dockwright-app stop/stopping"
    machine.call("initctl", ["start", "--no-wait", "dockwright-app"])
    assert status(machine, "dockwright-app") == "dockwright-app start/stopping"
    release(machine, "engine")
    becomes(machine, "dockwright-app", "dockwright-app start/running")


def test_what_does_not_end_is_being_stopped_until_it_is_killed(machine: Machine) -> None:
    job(machine, "docker", STUBBORN)
    machine.call("initctl", ["start", "docker"])
    machine.call("initctl", ["stop", "--no-wait", "docker"])
    becomes(machine, "docker", "docker stop/killed, process N")
    code, said = machine.call("initctl", ["stop", "docker"])
    assert (code, said) == (1, "initctl: Job has already been stopped: docker")
    machine.call("initctl", ["start", "--no-wait", "docker"])
    assert status(machine, "docker") == "docker start/killed, process N"
    becomes(machine, "docker", "docker start/running, process N")


def test_post_start_and_pre_stop_stand_beside_the_main_process(machine: Machine) -> None:
    job(machine, "docker", f"post-start script\n{until(machine, 'up')}end script\n{STUBBORN}")
    machine.call("initctl", ["start", "--no-wait", "docker"])
    becomes(machine, "docker", "docker start/post-start, process N\n\tpost-start process N")
    job(machine, "my.job_1-x", f"instance $N\npre-stop script\n{until(machine, 'off')}end script\n"
        f"{STUBBORN}")  # fmt: skip
    machine.call("initctl", ["start", "my.job_1-x", "N=1"])
    machine.call("initctl", ["stop", "--no-wait", "my.job_1-x", "N=1"])
    said = re.sub(r"process \d+", "process N", machine.call("initctl", ["list"])[1])
    assert "my.job_1-x (1) stop/pre-stop, process N\n\tpre-stop process N" in said


def test_a_main_process_that_ends_while_post_start_runs_is_to_respawn(machine: Machine) -> None:
    job(
        machine,
        "loop",
        f"respawn\npost-start script\n{until(machine, 'up')}end script\nexec true\n",
    )
    machine.call("initctl", ["start", "--no-wait", "loop"])
    becomes(machine, "loop", "loop respawn/post-start, (post-start) process N")
    code, said = machine.call("start", ["--no-wait", "loop"])
    assert (code, said.startswith("loop start/")) == (0, True)


def test_instances_have_their_names_and_the_job_no_line_of_its_own(machine: Machine) -> None:
    job(machine, "inst", f"instance $NAME\n{STUBBORN}")
    job(machine, "my.job_1-x", "")
    job(machine, "sub/inner", STUBBORN)
    machine.call("initctl", ["start", "sub/inner"])
    for name in ("a", "b c", "x (y)", "ü, process 4", ""):
        assert machine.call("initctl", ["start", "inst", f"NAME={name}"])[0] == 0
    lines = re.sub(r"process \d{2,}", "process N", machine.call("initctl", ["list"])[1]).split("\n")
    assert sorted(lines) == sorted([
        "inst (a) start/running, process N",
        "inst (b c) start/running, process N",
        "inst (x (y)) start/running, process N",
        "inst (ü, process 4) start/running, process N",
        "inst start/running, process N",
        "my.job_1-x stop/waiting",
        "sub/inner start/running, process N",
    ])  # fmt: skip
    assert machine.call("start", ["inst"]) == (1, "start: Unknown parameter: NAME")


def test_what_it_refuses(machine: Machine) -> None:
    name = "dockwright-zenweb.web.1"
    job(machine, name, STUBBORN)
    job(machine, "fails", "pre-start exec false\n")
    machine.call("initctl", ["start", name])
    said = [
        machine.call("initctl", words)
        for words in (["status", "nosuch"], ["stop", "fails"], ["restart", "fails"],
                      ["reload", "fails"], ["start", name], ["nosuchcommand"])
    ]  # fmt: skip
    assert said == [
        (1, "initctl: Unknown job: nosuch"),
        (1, "initctl: Unknown instance: "),
        (1, "initctl: Unknown instance: "),
        (1, "initctl: Unknown instance: "),
        (1, f"initctl: Job is already running: {name}"),
        (1, "initctl: invalid command: nosuchcommand"),
    ]
    assert machine.call("start", ["fails"]) == (1, "start: Job failed to start")


def test_a_job_keeps_its_text_until_it_ends_and_a_deleted_one_can_be_stopped(
    machine: Machine,
) -> None:
    job(machine, "docker", f"env A=1\n{STUBBORN}")
    machine.call("initctl", ["start", "docker"])
    job(machine, "docker", f"env A=2\n{STUBBORN}")
    machine.call("initctl", ["restart", "docker"])
    instance = machine.of("docker")
    assert instance is not None
    assert [s.words for s in instance.stanzas if s.name == "env"] == [("A=1",)]
    job(machine, "docker", "no such stanza\n")
    assert status(machine, "docker") == "docker start/running, process N"
    (machine.folder / "docker.conf").unlink()
    assert "docker start/running" in machine.call("initctl", ["list"])[1]
    assert machine.call("initctl", ["stop", "docker"]) == (0, "docker stop/waiting")
    assert machine.call("initctl", ["status", "docker"]) == (1, "initctl: Unknown job: docker")


def test_manual_in_an_override_leaves_a_job_out_at_the_next_boot(machine: Machine) -> None:
    job(machine, "docker", f"start on runlevel [2345]\nstop on runlevel [!2345]\n{STUBBORN}")
    machine.emit("runlevel", "2")
    becomes(machine, "docker", "docker start/running, process N")
    (machine.folder / "docker.override").write_text("manual\n")
    shown = [machine.call("initctl", ["show-config", "docker"])[1]]
    machine.emit("runlevel", "6")
    becomes(machine, "docker", "docker stop/waiting")
    shown.append(machine.call("initctl", ["show-config", "docker"])[1])
    assert shown == [
        "docker\n  start on runlevel [2345]\n  stop on runlevel [!2345]",
        "docker\n  stop on runlevel [!2345]",
    ]
    machine.emit("runlevel", "2")
    assert status(machine, "docker") == "docker stop/waiting"


def test_a_log_is_made_at_the_first_line_and_has_cr_lf(machine: Machine) -> None:
    log = machine.logs / "app.log"
    job(machine, "app", f"script\n{until(machine, 'speak')}echo one\necho two\nend script\n")
    machine.call("initctl", ["start", "app"])
    assert not log.exists()
    release(machine, "speak")
    machine.wait(lambda: log.exists() and log.read_bytes() == b"one\r\ntwo\r\n", 5)
    assert log.read_bytes() == b"one\r\ntwo\r\n"


def test_a_respawn_emits_stopping_as_a_stop_does(machine: Machine) -> None:
    job(machine, "docker", f"respawn\nscript\n{until(machine, 'fall')}end script\n")
    job(machine, "seen", f"start on stopping docker\ntask\nexec touch {machine.folder}/seen\n")
    machine.call("initctl", ["start", "docker"])
    release(machine, "fall")
    machine.wait(lambda: (machine.folder / "seen").exists(), 5)
    assert (machine.folder / "seen").exists()
