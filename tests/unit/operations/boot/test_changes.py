"""What a plan says of what does not live on: a release and timers, new and changed."""

import pytest

from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.facts.boot import Boot, Installed
from dockwright.inits.init import INITS
from dockwright.operations.boot.changes import Wanted, changes
from dockwright.switching.difference import differences

TEXT = "release: docker run app migrate\nweb: docker run app\nclean: @daily docker run app clean\n"


def _lines(init: str, had: Group | None, text: str = TEXT) -> list[str]:
    kind = INITS[init]
    made = group("app", text, "Procfile")
    files = [] if had is None else kind.files(had)
    there = Boot(
        init=init,
        files={f.path: Installed(f"{f.mode:o}:root:root", f.text) for f in files},
    )
    jobs = {job.name: kind.unit(job.name) for job in made.living}
    found = differences(kind.files(made), jobs, "sha256:1", there, kind, list(there.files))
    wanted = Wanted(made, "sha256:1", {}, {}, {})
    return [change.line for change in changes(wanted, found, there, kind)]


@pytest.mark.parametrize("init", INITS)
def test_what_is_new_says_when_it_runs(init: str) -> None:
    lines = _lines(init, None)
    assert "+ app.release.1  app@sha256:1  runs once before the switch" in lines
    assert "+ app.clean.1  app@sha256:1  @daily" in lines
    assert "+ app.web.1  app@sha256:1" in lines


@pytest.mark.parametrize("init", INITS)
def test_a_release_that_changes_says_that_it_runs(init: str) -> None:
    had = group("app", TEXT.replace("migrate", "migrate --all"), "Procfile")
    lines = _lines(init, had)
    assert "~ app.release.1  settings  runs once before the switch" in lines


def test_new_times_are_told() -> None:
    had = group("app", TEXT.replace("@daily", "@weekly"), "Procfile")
    assert "~ app.clean.1  @daily" in _lines("systemd", had)
