"""What all inits have alike: how each is told of units, and which files and jobs are a leaf's."""

import subprocess
from itertools import product
from pathlib import Path

import pytest

from dockwright.boot.group import group
from dockwright.inits.init import INITS
from dockwright.inits.system import Init

LEAF = group(
    "app",
    "release: docker run app a\nweb: docker run app\nclean: @daily docker run app c\n",
    "Procfile",
    scale={"web": 2},
)


@pytest.fixture(params=INITS)
def init(request: pytest.FixtureRequest) -> Init:
    return INITS[request.param]


def test_of_no_units_nothing_is_said(init: Init) -> None:
    for steps in (init.restart, init.start, init.stop, init.forget, init.enable, init.clear):
        assert init.say(steps, []) == ()


def test_each_unit_is_named_in_each_step(init: Init) -> None:
    units = ["dockwright-a", "dockwright-b"]
    for steps in (init.restart, init.start, init.stop, init.forget):
        lines = init.say(steps, units)
        for unit in units:
            assert sum(unit in line for line in lines) >= min(len(steps), 1)


def _said(folder: Path, init: Init, line: tuple[str, ...], status: int) -> tuple[int, list[str]]:
    program = folder / init.program
    program.write_text(f'#!/bin/sh\necho "$*" >>"{folder}/said"\nexit {status}\n')
    program.chmod(0o755)
    done = subprocess.run(
        line, env={"PATH": f"{folder}:/usr/bin:/bin"}, check=False, timeout=30, capture_output=True
    )
    said = folder / "said"
    lines = said.read_text().splitlines() if said.exists() else []
    said.unlink(missing_ok=True)
    return done.returncode, lines


def test_a_step_that_may_fail_is_put_aside_and_another_is_not(tmp_path: Path) -> None:
    systemd = INITS["systemd"]
    [may, must] = systemd.say((("-stop",), ("start",)), ["a b", "c"])
    assert _said(tmp_path, systemd, may, 5) == (0, ["stop a b c"])
    assert _said(tmp_path, systemd, must, 5) == (5, ["start a b c"])


def test_what_all_units_are_told_at_once_is_said_of_each_by_itself(tmp_path: Path) -> None:
    upstart = INITS["upstart"]
    [line] = upstart.say((("&stop",),), ["a", "b"])
    status, lines = _said(tmp_path, upstart, line, 1)
    assert (status, sorted(lines)) == (0, ["stop a", "stop b"])


def test_a_leaf_s_files_are_known_as_its_own_by_their_paths(init: Init) -> None:
    for file, leaf in product(init.files(LEAF), ("app", "ap", "app-b", "")):
        assert init.owned(leaf, file.path) is (leaf == "app"), file.path
    assert not init.owned("app", f"/tmp{init.folder}/x")


def test_living_jobs_are_kept_up_and_others_run_to_their_end(init: Init) -> None:
    units = [file.unit for file in init.files(LEAF) if file.unit is not None]
    jobs, others = init.kept_up("app", units)
    assert sorted(jobs) == ["app.web.1", "app.web.2"]
    assert not set(others) & set(jobs.values())
    for job in LEAF.jobs:
        assert init.runs_to_end("app", job.name, units) is not job.lives


def test_where_a_job_is_leads_back_to_its_unit(init: Init) -> None:
    for job in LEAF.living:
        path, environment = init.paths_of(job.name)
        assert init.unit_of(path) == init.unit(job.name)
        assert init.unit_of(environment) is None
        assert any(file.path == path for file in init.files(LEAF))
    assert init.unit_of(f"/elsewhere/dockwright-app{init.suffix}") is None
