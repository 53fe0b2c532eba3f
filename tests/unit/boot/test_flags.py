"""The table of docker run's flags against the help of real clients, recorded and at hand."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dockwright.boot.flags import FLAGS
from tests.docker_help import differences, names

# as `docker run --help` said it with Debian's docker.io 20.10.24 and with Docker 28.2.2
RECORDED = {
    path.stem.removeprefix("docker-run-help."): path.read_text(encoding="utf-8")
    for path in (Path(__file__).parents[1] / "fixtures").glob("docker-run-help.*.txt")
}


@pytest.mark.parametrize("release", ["20.10", "28.2"])
def test_the_table_says_what_the_help_of_a_release_says(release: str) -> None:
    assert differences(RECORDED[release]) == []


def test_the_table_has_no_flag_that_neither_release_has() -> None:
    assert set(FLAGS) == names(RECORDED["20.10"]) | names(RECORDED["28.2"])


@pytest.mark.skipif(shutil.which("docker") is None, reason="no docker client on this machine")
def test_the_table_says_what_the_help_of_the_client_here_says() -> None:
    version = subprocess.run(["docker", "--version"], capture_output=True, text=True, check=True)
    release = re.search(r"(\d+)\.\d+", version.stdout)
    if release is None or not 20 <= int(release[1]) <= 28:
        pytest.skip(f"the table is of 20.10 to 28; here is {version.stdout.strip()}")
    said = subprocess.run(["docker", "run", "--help"], capture_output=True, text=True, check=True)
    assert differences(said.stdout) == []
