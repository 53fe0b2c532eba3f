"""What our facts make of every text that a real Upstart was recorded to answer.

fixtures/upstart-answers.md was recorded from Upstart 1.5, 1.12.1 and 1.13.2 as process 1. What
follows an answer after three blanks or more is a remark; `<tab>` is a tab, and N a pid.
"""

import re
from pathlib import Path

import pytest

from dockwright.facts.boot import BootJobs
from dockwright.facts.engine import Engine
from dockwright.facts.upstart import UpstartJobs
from dockwright.inits.init import INITS
from dockwright.inits.upstart import state

_TEXT = (Path(__file__).parents[1] / "fixtures/upstart-answers.md").read_text(encoding="utf-8")
_BLOCKS = [block.splitlines() for block in re.findall(r"```\n(.*?)```", _TEXT, re.S)]
LINES = [
    re.sub(r"\bN\b", "4711", re.split(r" {3,}", line)[0].replace("<tab>", "\t"))
    for line in _BLOCKS[0]
]
ERRORS = _BLOCKS[1]
# job, instance, state; None where it is no job's line
READ = {
    "init (upstart 1.5)": None,
    "dockwright-app start/running": ("dockwright-app", "", "start/running"),
    "docker start/post-start, process 4711": ("docker", "", "start/post-start"),
    "\tpost-start process 4711": None,
    "loop start/spawned, process 4711": ("loop", "", "start/spawned"),
    "loop respawn/post-start, (post-start) process 4711": ("loop", "", "respawn/post-start"),
    "my.job_1-x (1) stop/pre-stop, process 4711": ("my.job_1-x", "1", "stop/pre-stop"),
    "\tpre-stop process 4711": None,
    "inst (a) start/running, process 4711": ("inst", "a", "start/running"),
    "inst (b c) start/running, process 4711": ("inst", "b c", "start/running"),
    "inst (x (y)) start/running, process 4711": ("inst", "x (y)", "start/running"),
    "inst (ü, process 4) start/running, process 4711": ("inst", "ü, process 4", "start/running"),
    "inst start/running, process 4711": ("inst", "", "start/running"),
    "my.job_1-x stop/waiting": ("my.job_1-x", "", "stop/waiting"),
    "sub/inner start/running, process 4711": ("sub/inner", "", "start/running"),
    "dockwright-app stop/stopping": ("dockwright-app", "", "stop/stopping"),
    "dockwright-app start/stopping": ("dockwright-app", "", "start/stopping"),
    "docker start/killed, process 4711": ("docker", "", "start/killed"),
    "dockwright-app.web.1 stop/waiting": ("dockwright-app.web.1", "", "stop/waiting"),
    **{
        f"dockwright-app.web.1 {at}, process 4711": ("dockwright-app.web.1", "", at)
        for at in ("start/running", "start/pre-start", "stop/pre-start", "start/post-stop",
                   "stop/killed")
    },
}  # fmt: skip


def test_every_recorded_line_is_a_case() -> None:
    assert set(LINES) == set(READ)
    assert len(LINES) == len(_BLOCKS[0]) >= 23
    assert len(ERRORS) == 7


@pytest.mark.parametrize("line", LINES)
def test_a_recorded_line_is_read_as_what_it_says(line: str) -> None:
    assert state(line) == READ[line]


@pytest.mark.parametrize("line", ERRORS)
def test_a_recorded_error_is_no_job(line: str) -> None:
    assert state(line) is None


def test_all_of_them_in_one_list_are_the_jobs_with_their_instances() -> None:
    found = UpstartJobs().read([*LINES, *ERRORS])
    assert found["inst"] == dict.fromkeys(
        ["a", "b c", "x (y)", "ü, process 4", ""], "start/running"
    )
    assert found["loop"] == {"": "respawn/post-start"}
    assert found["my.job_1-x"] == {"1": "stop/pre-stop", "": "stop/waiting"}


@pytest.mark.parametrize("line", [line for line in LINES if READ[line]])
def test_only_a_job_of_ours_that_runs_is_active(line: str) -> None:
    name, _, at = READ[line]  # type: ignore[misc]
    active = BootJobs().read(["init upstart", f"job {line}"]).active
    wanted = {name: "active" if at == "start/running" else at}
    assert active == (wanted if name.startswith("dockwright-") else {})


STATES = sorted({told[2] for told in READ.values() if told})


@pytest.mark.parametrize("at", STATES)
def test_an_engine_in_any_recorded_state_runs_is_stopped_or_is_between(at: str) -> None:
    found = Engine().read(["init upstart", f"upstart {at}"])
    assert found.active is (at == "start/running")
    assert bool(found.state) is (at not in ("start/running", "stop/waiting"))


@pytest.mark.parametrize("file", ["conf", "override"])
def test_manual_counts_wherever_it_stands_last(file: str) -> None:
    lines = ["init upstart", "conf start on runlevel [2345]", "conf exec dockerd"]
    assert Engine().read(lines).enabled == "enabled"
    assert Engine().read([*lines, f"{file} manual"]).enabled == "manual"
    assert Engine().read([*lines, f"{file} manual", "override start on x"]).enabled == "enabled"


def test_the_engine_s_errors_name_no_command_of_systemd() -> None:
    for init, wrong in (("upstart", "systemctl"), ("systemd", "initctl")):
        engine = INITS[init].engine
        assert wrong not in engine.start + engine.shell + engine.elsewhere("web1", "x")
