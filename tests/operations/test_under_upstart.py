"""Operations and facts on a box whose init is the stand-in for Upstart (tests/upstart)."""

from __future__ import annotations

import gzip
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from case import flat
from recorded import box as recorded

from dockwright.box.change import Change
from dockwright.engine.place import FIND
from dockwright.facts.boot import BootJobs
from dockwright.facts.engine import Engine
from dockwright.facts.logs import Logged
from dockwright.inits.init import INITS
from dockwright.inits.wanted_logs import WantedLogs
from dockwright.operations import boot, engine
from tests.upstart.box import IMAGE, Box, box

ENGINE = {"Id": IMAGE, "RepoTags": ["app:latest", "worker:latest"], "RepoDigests": []}
IMAGES = json.dumps({**ENGINE, "Created": "2026-11-20T10:00:00Z", "Config": None,
                     "RootFS": {"Layers": ["sha256:l1"]}})  # fmt: skip
UPSTART = INITS["upstart"]
LEAVES_FIRST = "/etc/init/dockwright.leaves-first.conf"


@pytest.fixture
def upstart() -> Iterator[Box]:
    with box() as made:
        yield made


def run(here: Box, operation: Any, *args: Any, **kwargs: Any) -> list[str]:
    """Do what the operation yields now; the reasons that it gives."""
    facts = {
        "engine.Engine": here.answer(Engine),
        "boot.BootJobs": here.answer(BootJobs),
        "image.Images": IMAGES,
    }
    changes: list[Change] = []
    with recorded(facts, executing=True, changes=changes) as said:
        commands = list(flat(operation._inner(*args, **kwargs)))
    for command in commands:
        if hasattr(command, "goal"):
            continue  # a Switch: its steps came before it
        done = here.do(command)
        assert done.returncode == 0, f"{command}: {done.stderr}"
    return [
        *said,
        *(
            f"{change.sign} {change.thing}  {change.details[0]}"
            for change in changes
            if change.thing == "the engine"
        ),
    ]


@pytest.fixture
def leaf(upstart: Box, tmp_path: Path) -> Any:
    """Declare the leaf ``app``, with the processes of a Procfile; gives the reasons."""

    def declared(
        text: str = "web: docker run app\n", leaf: str = "app", **kwargs: Any
    ) -> list[str]:
        (tmp_path / "Procfile").write_text(text)
        return run(upstart, boot.job, leaf, procfile=str(tmp_path / "Procfile"), **kwargs)

    return declared


def test_a_leaf_comes_up_is_current_and_goes_with_all_that_is_its_own(
    upstart: Box, leaf: Any
) -> None:
    leaf()
    upstart.becomes("dockwright-app.web.1", "start/running")
    upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    assert leaf() == ["noop: boot job app is current"]
    leaf("w: docker run worker\n", "worker")
    upstart.becomes("dockwright-worker.w.1", "start/running")
    leaf(present=False)
    assert upstart.path(LEAVES_FIRST).exists()
    leaf(leaf="worker", present=False)
    assert [path.name for path in upstart.path("/etc/init").iterdir()] == ["docker.conf"]
    assert upstart.containers() == set()
    assert upstart.lines("/told") == ["stop app.web.1", "stop worker.w.1"]


def test_a_stop_is_by_the_container_s_own_signal_and_sends_the_client_none(
    upstart: Box, leaf: Any
) -> None:
    leaf()
    upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    assert upstart.sh("initctl stop dockwright-app").returncode == 0
    assert upstart.lines("/told") == ["stop app.web.1"]


def test_a_killed_container_respawns(upstart: Box, leaf: Any) -> None:
    leaf()
    upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    upstart.path("/containers/app.web.1").unlink()
    upstart.machine.wait(lambda: upstart.containers() == set())
    upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    upstart.becomes("dockwright-app.web.1", "start/running")


def test_without_an_engine_a_leaf_waits_without_end_and_a_stop_does_not_hang(
    upstart: Box, leaf: Any
) -> None:
    leaf()
    upstart.sh("initctl stop docker")
    upstart.becomes("dockwright-app.web.1", "start/pre-start")
    # 600 s of the job's own clock; the stand-in's is 40 times as quick
    time.sleep(2)
    assert upstart.state("dockwright-app.web.1") == "start/pre-start"
    began = time.monotonic()
    leaf(present=False)
    assert (
        time.monotonic() - began < 12
    )  # a stop that hangs waits for the 15 s that pre-start has left
    assert upstart.state("dockwright-app.web.1") == "stop/waiting"


def test_a_leaf_that_waits_comes_up_with_its_engine(upstart: Box, leaf: Any) -> None:
    upstart.sh("initctl stop docker")
    (upstart.root / "engine.pid").unlink(missing_ok=True)
    leaf()
    upstart.becomes("dockwright-app.web.1", "start/pre-start")
    upstart.sh("initctl start docker")
    upstart.becomes("dockwright-app.web.1", "start/running")


def _shut_down(here: Box) -> None:
    here.machine.emit("runlevel", "6")
    assert here.machine.wait(lambda: not here.machine.instances)


def test_at_a_shutdown_the_engine_is_told_once_its_leaves_have_ended(
    upstart: Box, leaf: Any
) -> None:
    (upstart.root / "stubborn").write_text("0.5")
    leaf("a: docker run app\nb: docker run app\n")
    upstart.machine.wait(lambda: len(upstart.containers()) == 2)
    _shut_down(upstart)
    assert upstart.lines("/struck") == []
    assert sorted(upstart.lines("/told")) == ["stop app.a.1", "stop app.b.1"]


def test_without_the_box_s_task_the_engine_strikes_containers_that_are_being_stopped(
    upstart: Box, leaf: Any
) -> None:
    (upstart.root / "stubborn").write_text("0.5")
    leaf()
    upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    upstart.path(LEAVES_FIRST).unlink()
    _shut_down(upstart)
    assert upstart.lines("/struck") == ["app.web.1"]


def test_after_a_boot_all_is_up_and_current(upstart: Box, leaf: Any) -> None:
    leaf()
    _shut_down(upstart)
    upstart.machine.emit("runlevel", "2")
    upstart.becomes("dockwright-app.web.1", "start/running")
    upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    assert leaf() == ["noop: boot job app is current"]


def test_an_engine_that_is_killed_comes_back_with_its_leaves(upstart: Box, leaf: Any) -> None:
    leaf()
    upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    killed = upstart.machine.of("docker")
    assert killed is not None
    assert killed.main is not None
    pid = killed.main.pid
    os.killpg(pid, signal.SIGKILL)
    assert upstart.machine.wait(
        lambda: killed.main is not None and killed.main.pid != pid and killed.state == "running"
    )
    assert upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    upstart.becomes("dockwright-app.web.1", "start/running")


def test_an_override_goes_and_the_running_job_has_its_own_settings_again(
    upstart: Box, leaf: Any
) -> None:
    leaf()
    override = "/etc/init/dockwright-app.web.1.override"
    upstart.put(override, "env DOCKER_CONFIG=/elsewhere\n")
    # as after a reboot
    upstart.sh("initctl stop dockwright-app; initctl start dockwright-app")
    upstart.becomes("dockwright-app.web.1", "start/running")
    assert leaf()[0] == f"app: {override} overrides what is declared"
    upstart.becomes("dockwright-app.web.1", "start/running")
    running = upstart.machine.of("dockwright-app.web.1")
    assert running is not None
    assert "DOCKER_CONFIG=/elsewhere" not in [s.words[0] for s in running.stanzas if s.words]
    upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    assert leaf() == ["noop: boot job app is current"]


def test_an_override_is_no_part_of_what_a_rollback_brings_back(upstart: Box, leaf: Any) -> None:
    leaf()
    upstart.machine.wait(lambda: upstart.containers() == {"app.web.1"})
    upstart.put("/etc/init/dockwright-app.web.1.override", "kill timeout 1\n")
    leaf("web: docker run app --more\n")
    former = upstart.path("/var/lib/dockwright/former/app.pending")
    kept = {path.name for path in former.rglob("*.*") if path.is_file()}
    assert kept == {"dockwright-app.conf", "dockwright-app.web.1.conf"}
    assert not upstart.path("/etc/init/dockwright-app.web.1.override").exists()


def test_an_override_of_the_master_goes_and_its_jobs_come_up_again(upstart: Box, leaf: Any) -> None:
    leaf()
    upstart.put("/etc/init/dockwright-app.override", "manual\nstop on never\n")
    leaf()
    upstart.becomes("dockwright-app.web.1", "start/running")
    assert not upstart.path("/etc/init/dockwright-app.override").exists()
    _shut_down(upstart)
    upstart.machine.emit("runlevel", "2")
    upstart.becomes("dockwright-app.web.1", "start/running")


def test_stubborn_jobs_are_stopped_side_by_side(upstart: Box, leaf: Any) -> None:
    (upstart.root / "stubborn").write_text("1")
    leaf(scale={"web": 5})
    upstart.machine.wait(lambda: len(upstart.containers()) == 5)
    leaf(scale={"web": 3})
    assert upstart.lines("/stops") == ["begun"] * 2 + ["ended"] * 2
    leaf(present=False)
    assert upstart.lines("/stops")[4:] == ["begun"] * 3 + ["ended"] * 3
    assert upstart.containers() == set()


@pytest.mark.parametrize("file", ["docker.override", "docker.conf"])
def test_manual_of_the_engine_is_drift_and_is_taken_out(upstart: Box, file: str) -> None:
    path = upstart.path(f"/etc/init/{file}")
    had = path.read_text() if path.exists() else ""
    path.write_text(f"{had}manual\n")
    assert run(upstart, engine.service) == ["~ the engine  running, manual → running, enabled"]
    assert path.exists() is bool(had)
    assert "manual" not in (path.read_text() if had else "")
    _shut_down(upstart)
    upstart.machine.emit("runlevel", "2")
    upstart.becomes("docker", "start/running")
    assert len(run(upstart, engine.service)) == 1


def test_an_engine_that_is_starting_is_waited_for(upstart: Box) -> None:
    upstart.sh("initctl stop docker")
    upstart.put(
        "/etc/init/docker.conf",
        "start on runlevel [2345]\npre-start exec /bin/sleep 2\nexec dockerd\n",
    )
    upstart.sh("initctl start --no-wait docker")
    assert upstart.fact(Engine).state == "start/pre-start"
    assert run(upstart, engine.service) == [
        "~ the engine  start/pre-start, enabled → running, enabled"
    ]
    assert upstart.state("docker") == "start/running"


def test_a_stopped_engine_is_started_and_one_that_fails_says_why(upstart: Box) -> None:
    upstart.sh("initctl stop docker")
    run(upstart, engine.service)
    assert upstart.state("docker") == "start/running"
    upstart.sh("initctl stop docker")
    upstart.put("/etc/init/docker.conf", "start on runlevel [2345]\npre-start exec false\n")
    now = float(Path("/proc/uptime").read_text().split()[0]) + 1
    failed = "init: Failed to spawn docker main process"
    upstart.put("/dmesg", f"[  1.5] {failed}: of old\n[{now:.6f}] {failed}: no such limit\n")
    done = upstart.sh(UPSTART.engine.start)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "the engine does not start: initctl: Job failed to start; its last lines:",
        f"{failed}: no such limit",
    ]


def test_an_engine_that_no_job_of_upstart_has_is_told(upstart: Box) -> None:
    upstart.path("/etc/init/docker.conf").unlink()
    pid = (upstart.root / "engine.pid").read_text().strip()
    assert upstart.fact(Engine).unit == "docker"
    upstart.machine.instances.clear()
    try:
        found = upstart.fact(Engine)
        assert (found.unit, found.conf) == ("-", None)
        assert upstart.fact(BootJobs).elsewhere == "-"
    finally:
        os.killpg(int(pid), signal.SIGKILL)


OLD = "level=error of last week\r\n" * 20


@pytest.mark.parametrize(
    ("there", "settings", "taken"),
    [
        (OLD, {"debug": True}, True),
        (OLD, {"labels": ["refused"]}, False),
        ("", {"debug": True}, True),
    ],
)
def test_a_reload_fails_by_what_the_engine_says_of_it_and_by_no_older_line(
    upstart: Box, there: str, settings: dict[str, Any], taken: bool
) -> None:
    rotation: dict[str, Any] = {"log-driver": "json-file", "icc": False}
    rotation["log-opts"] = {"max-size": "10m", "max-file": "3"}
    upstart.put("/etc/docker/daemon.json", json.dumps(rotation))
    log = upstart.path("/var/log/upstart/docker.log")
    log.write_text(there)
    facts = {"engine.Engine": upstart.answer(Engine)}
    with recorded(facts, executing=True):
        command = next(iter(engine.config._inner(settings)))
    assert command.args == ("reload",)
    done = upstart.do(command)
    assert (done.returncode == 0) is taken, done.stderr
    kept = json.loads(upstart.path("/etc/docker/daemon.json").read_text())
    assert (kept == rotation) is not taken
    if not taken:
        assert "level=error refused" in done.stderr
        assert "last week" not in done.stderr


def logs(here: Box, lines: int = 100) -> list[str]:
    done = here.sh(f"exec 2>&1\n{UPSTART.logs('app', WantedLogs(lines=lines))}")
    assert done.returncode == 0
    return done.stdout.splitlines()


def test_logs_are_those_of_rotated_files_too_without_cr_and_colours(
    upstart: Box, leaf: Any
) -> None:
    leaf()
    log = upstart.path("/var/log/upstart/dockwright-app.web.1.log")
    assert upstart.machine.wait(lambda: log.exists() and log.read_bytes().endswith(b"\n"))
    assert b"\x1b[32m" in log.read_bytes()
    assert logs(upstart) == ["app.web.1 started"]
    # after a rotation its file is gone until it speaks again
    rotated = log.with_name(f"{log.name}.1")
    log.rename(rotated)
    assert logs(upstart) == ["app.web.1 started"]
    packed = log.with_name(f"{log.name}.2.gz")
    packed.write_bytes(gzip.compress(b"an older one\r\n"))
    os.utime(packed, (1, 1))
    log.write_bytes(b"now\r\n")
    log.with_name("dockwright-app-worker.web.1.log").write_bytes(b"another leaf's\r\n")
    assert logs(upstart) == ["an older one", "app.web.1 started", "now"]
    assert logs(upstart, 2) == ["app.web.1 started", "now"]
    assert logs(upstart, 0) == []


def test_logs_of_several_jobs_have_their_names_and_of_none_are_nothing(upstart: Box) -> None:
    assert logs(upstart) == []
    folder = upstart.path("/var/log/upstart")
    for name in ("web.1", "web.2"):
        (folder / f"dockwright-app.{name}.log").write_bytes(f"{name}\r\n".encode())
    assert logs(upstart) == [
        "==> dockwright-app.web.1 <==", "web.1", "==> dockwright-app.web.2 <==", "web.2",
    ]  # fmt: skip


def test_a_leaf_that_has_rotated_logs_alone_is_known(upstart: Box) -> None:
    folder = upstart.path("/var/log/upstart")
    (folder / "dockwright-gone.web.1.log.3.gz").write_bytes(b"")
    (folder / "dockwright-app.web.1.log").write_bytes(b"")
    assert upstart.fact(Logged).leaves == {"app", "gone"}


def test_logs_are_followed_over_a_rotation(upstart: Box) -> None:
    log = upstart.path("/var/log/upstart/dockwright-app.web.1.log")
    log.with_name(f"{log.name}.1").write_bytes(b"one\r\ntwo\r\n")
    log.write_bytes(b"three\r\n")
    said: list[str] = []
    following = upstart.follow(UPSTART.logs("app", WantedLogs(lines=2, follow=True)), said)
    try:
        assert upstart.machine.wait(lambda: said == ["two", "three"])
        log.rename(log.with_name(f"{log.name}.0"))
        log.write_bytes(b"\x1b[31mfour\x1b[0m\r\n")
        assert upstart.machine.wait(lambda: said == ["two", "three", "four"])
    finally:
        os.killpg(following.pid, signal.SIGKILL)
        following.wait()


def _engine(here: Box) -> str:
    return here.sh(f"{FIND}\nengine").stdout.replace(str(here.root), "").strip()


def test_a_question_to_an_engine_that_is_starting_waits_and_a_stopped_one_is_stopped(
    upstart: Box,
) -> None:
    assert _engine(upstart) == "ready /run/docker.sock"
    upstart.sh("initctl stop docker")
    assert _engine(upstart) == "stopped"
    upstart.put("/etc/init/docker.conf", "pre-start exec /bin/sleep 0.5\nexec dockerd\n")
    upstart.sh("initctl start --no-wait docker")
    assert _engine(upstart) == "ready /run/docker.sock"
    assert upstart.state("docker") == "start/running"
