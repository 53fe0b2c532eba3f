"""A one-off: what it takes of a job's line, and that a job's file reads back as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.group import group
from dockwright.boot.job import Group, Job
from dockwright.boot.one_off import one_off
from dockwright.errors import DockwrightError
from dockwright.inits.env_file import NONCHARACTER
from dockwright.inits.init import INITS

LINE = (
    "docker run -p 80:80 -P -v data:/data --init --read-only=false --memory 1g --ip 10.0.0.2 "
    "--health-cmd true --network-alias web --entrypoint /start app serve --name x"
)
KEPT = (
    *("--security-opt", "no-new-privileges", "--cap-drop", "ALL"),
    *("--log-driver", "none"),
    *("--volume", "data:/data", "--init", "--read-only=false", "--memory", "1g"),
    *("--entrypoint", "/start", "--env", "A", "app@sha256:1"),
)


def _argv() -> tuple[str, ...]:
    made = group("app", f"web: {LINE}", "Procfile", image="app@sha256:1", env={"A": "secret"})
    return made.jobs[0].run(pull_never=True)


def test_it_has_what_the_job_has_but_no_port_and_no_name() -> None:
    made = one_off(_argv(), ["ls", "-l"], name="app-run-1", terminal=True)
    own = ("--no-healthcheck", "--interactive", "--tty", "--pull=never")
    assert made == ("run", "--rm", "--name", "app-run-1", *own, *KEPT, "ls", "-l")


def test_without_a_command_it_runs_what_the_job_does() -> None:
    made = one_off(_argv(), [], name="x", terminal=False)
    assert made[-4:] == ("app@sha256:1", "serve", "--name", "x")
    assert "--tty" not in made


def test_what_is_no_job_is_an_error() -> None:
    with pytest.raises(DockwrightError, match="no docker run"):
        one_off(["ps"], [], name="x", terminal=False)


_WORDS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\0")).filter(
        lambda word: not NONCHARACTER.search(word)
    )
)


@pytest.mark.parametrize("init", ["systemd", "upstart"])
@given(words=_WORDS)
def test_a_jobs_file_reads_back_as_it_was_written(init: str, words: list[str]) -> None:
    argv = ("run", "--rm", "app", *words)
    job = Job("app", "web", 1, "app", argv, (), (), 10)
    kind = INITS[init]
    [text] = [f.text for f in kind.files(Group("app", (job,), ())) if f.unit == kind.unit(job.name)]
    assert kind.arguments(text) == job.run(pull_never=init == "systemd")
