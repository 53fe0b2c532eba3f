"""The engine as a job of each init that has it: the shape that all of them fill alike."""

import subprocess

import pytest

from dockwright.inits.engine.job import EngineAnswer, EngineJob
from dockwright.inits.init import INITS, MACHINES

JOBS = {name: INITS[name].engine for name in MACHINES}


@pytest.fixture(params=JOBS)
def job(request: pytest.FixtureRequest) -> EngineJob:
    found = JOBS[request.param]
    assert found is not None
    return found


def test_its_functions_are_all_there_and_valid_shell(job: EngineJob) -> None:
    shell = f"{job.find}\n{job.shell}"
    names = ("act", "runs", "mark", "lines", "engine_sockets", "engine_elsewhere", "engine_process")
    asked = "".join(f"type {name} >/dev/null || echo {name}\n" for name in names)
    done = subprocess.run(
        ["sh", "-c", f"{shell}\n{asked}"], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == ""
    for script in (job.start, job.asked, job.started):
        subprocess.run(["sh", "-n"], input=script, text=True, check=True, timeout=30)


def test_of_no_lines_nothing_is_known(job: EngineJob) -> None:
    found = job.said({})
    assert (found.active, found.enabled, found.conf) == (False, "", None)


def test_who_has_the_engine_elsewhere_is_named_with_the_box(job: EngineJob) -> None:
    said = job.elsewhere("web1", "other-docker")
    assert said.startswith("box web1: its engine is ")
    assert "other-docker" in said
    assert "\n" not in said


def test_an_answer_is_a_value() -> None:
    assert EngineAnswer() == EngineAnswer(False, "", "", None, None)
