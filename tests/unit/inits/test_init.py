"""The units of a leaf: what they are called, whose they are, and what they say."""

import subprocess

import pytest

from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.inits import systemd, upstart
from dockwright.inits.init import INITS


def make(leaf: str, **options: dict[str, str]) -> Group:
    line = f"web: docker run {leaf}\nworker: docker run --stop-timeout 60 {leaf}"
    return group(leaf, line, "Procfile", **options)  # type: ignore[arg-type]


def test_only_values_of_the_site_make_a_file_and_it_is_secret() -> None:
    for init in (systemd, upstart):
        assert [file.mode for file in init.files(make("app"))] == [0o644] * 3
        files = init.files(make("app", env={"A": "s3cret"}))
        assert [file.mode for file in files] == [0o600, 0o644, 0o600, 0o644, 0o644]
        assert not any("s3cret" in file.text for file in files if file.mode != 0o600)
        assert "s3cret" not in repr(files)


def test_pull_never_is_said_where_the_engine_knows_it() -> None:
    made = make("app")
    assert "--pull=never" in systemd.files(made)[0].text
    assert "--pull" not in systemd.files(made, pull_never=False)[0].text
    assert "--pull" not in upstart.files(made)[0].text
    assert "--pull=never" in upstart.files(made, pull_never=True)[0].text


def test_a_stop_waits_longer_than_the_container_may_take() -> None:
    assert "docker stop -t 60 app.worker.1 >" in systemd.files(make("app"))[1].text
    assert "\nTimeoutStopSec=80\n" in systemd.files(make("app"))[1].text
    assert "\nkill timeout 65\n" in upstart.files(make("app"))[1].text


JOB = "app.web.1"


@pytest.mark.parametrize("name", INITS)
def test_every_line_is_valid_shell(name: str) -> None:
    init = INITS[name]
    marked = "s=1;i=2;b=3 0a1b" if name == "systemd" else "12 34-12"
    lines = [init.mark(JOB), init.since(JOB, ""), init.since(JOB, marked), init.restarts(JOB)]
    for line in lines:
        subprocess.run(["sh", "-n", "-c", line], check=True, timeout=30)
        subprocess.run(["sh", "-n", "-c", f'echo "$({line})"'], check=True, timeout=30)
