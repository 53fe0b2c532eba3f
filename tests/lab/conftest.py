"""Labs that several test files share; each is made once, and taken down at the end."""

import shutil
import sys
from collections.abc import Iterator
from os import geteuid
from pathlib import Path

import pytest

from dockwright.boxes import lab
from dockwright.boxes.lab_checks import trouble
from dockwright.boxes.lab_settings import make_settings
from tests.lab import site_lab
from tests.lab.figures import told


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site_lab.SiteLab]:
    """Two bare boxes, provisioned by the four deploys; what they said is in ``first``."""
    unfit = trouble(sys.platform, geteuid(), shutil.which, keyring=True)
    if unfit is not None:
        pytest.skip(unfit)
    state: Path = tmp_path_factory.mktemp("sitelab")
    made = site_lab.SiteLab(state)
    settings = make_settings(
        site_lab.NAME, ["docker", "registry"], "bookworm", site_lab.SUBNET, state
    )
    try:
        # chef-client is built from it; fetched once, and then there for every run
        fetched = made.run("dockwright", "wheelhouse", "images/chef-client/wheelhouse")
        assert fetched.returncode == 0, fetched.stderr
        lab.up(settings, echo=print)
        made.dry = made.run("pyinfra", "--dry", "inventories/lab.py", "deploy/site.py")
        made.bare = made.ssh(site_lab.DOCKER, "command -v docker; ls /srv", check=False)
        made.first = {
            deploy: made.pyinfra(f"deploy/{deploy}.py")
            for deploy in ("docker_host", "registry_host", "images", "leaves")
        }
        yield made
    finally:
        lab.down(site_lab.NAME, state, echo=print)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured, above the line that closes the run."""
    if told():
        terminalreporter.section("figures")
        for line in told():
            terminalreporter.write_line(line)
