"""Labs that several test files share; each is made once, and taken down at the end."""

from collections.abc import Iterator

import pytest

from tests.lab import site_lab
from tests.lab.figures import told
from tests.lab.stand_up import StandUp, standing_up


@pytest.fixture(scope="session")
def site(standing: StandUp | str, request: pytest.FixtureRequest) -> site_lab.SiteLab:
    """Two bare boxes, provisioned by the four deploys; what they said is in ``first``."""
    if isinstance(standing, str):
        pytest.skip(standing)
    standing.wait()
    # from now on: all at once would be slower
    for meanwhile in ("newer_standing", "rolling"):
        if any(meanwhile in getattr(item, "fixturenames", ()) for item in request.session.items):
            request.getfixturevalue(meanwhile)
    return site_lab.stood_up(standing.state)


@pytest.fixture(scope="session")
def rolling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandUp | str]:
    """The lab of tests/lab/rolling_lab.py while it is being stood up; where that can't be, why."""
    with standing_up("rolling", tmp_path_factory.mktemp("roll")) as made:
        yield made


@pytest.fixture(scope="session")
def newer_standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandUp | str]:
    """The lab of tests/lab/newer_lab.py while it is being stood up; where that can't be, why."""
    with standing_up("newer", tmp_path_factory.mktemp("newer")) as made:
        yield made


@pytest.fixture(scope="module")
def one_connection(site: site_lab.SiteLab) -> Iterator[None]:
    """Ask the site's boxes over one connection each: for files none of whose tests breaks one."""
    with site.one_connection_a_box():
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured, above the line that closes the run."""
    if told():
        terminalreporter.section("figures")
        for line in told():
            terminalreporter.write_line(line)
