"""The jobs of a leaf: how each is called, and which of them an init keeps up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.job import Group, Job


def _job(process: str, number: int = 1, when: str | None = None) -> Job:
    return Job("app", process, number, "app", ("run", "app"), (), (("A", "s3cret"),), 10, when)


@pytest.mark.parametrize(
    ("job", "lives", "is_release"),
    [
        (_job("web"), True, False),
        (_job("release"), False, True),
        (_job("release", when="daily"), False, True),
        (_job("clean", when="daily"), False, False),
        (_job("releases"), True, False),
    ],
)
def test_what_runs_to_its_end_is_not_kept_up(job: Job, lives: bool, is_release: bool) -> None:
    assert (job.lives, job.is_release) == (lives, is_release)


def test_a_leaf_s_jobs_keep_their_order_whichever_are_asked_for() -> None:
    jobs = (_job("web"), _job("release"), _job("clean", when="daily"), _job("web", 2))
    made = Group("app", jobs, ())
    assert made.living == (jobs[0], jobs[3])
    assert made.release is jobs[1]
    assert Group("app", jobs[2:], ()).release is None


NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)


@given(NAMES, NAMES, st.integers(1, 99))
def test_a_job_s_name_reads_back(leaf: str, process: str, number: int) -> None:
    job = Job(leaf, process, number, "app", ("run",), (), (), 10)
    assert job.name.split(".") == [leaf, process, str(number)]


def test_pull_never_stands_behind_run_and_before_all_options() -> None:
    job = Job("a", "web", 1, "a", ("run", "--rm", "a", "--pull=always"), (), (), 10)
    assert job.run(pull_never=True) == ("run", "--pull=never", "--rm", "a", "--pull=always")
    assert job.run(pull_never=False) == job.argv


def test_a_job_does_not_show_the_values_of_its_environment() -> None:
    assert "s3cret" not in repr(Group("app", (_job("web"),), ()))
