"""The site that most test files share; a worker makes it once, and takes it down at the end."""

from collections.abc import Iterator

import pytest

from tests import run_order
from tests.lab import site_lab
from tests.lab.figures import figure
from tests.lab.stand_up import StandUp


@pytest.fixture(scope="session")
def site(standing: StandUp | str) -> site_lab.SiteLab:
    """Two bare boxes, provisioned by the four deploys; what they said is in ``first``."""
    if isinstance(standing, str):
        pytest.skip(standing)
    standing.wait()
    return site_lab.stood_up(standing.state)


@pytest.fixture(scope="module", autouse=True)
def _left_as_declared(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the site back, for whichever file is the next one, where this one has not."""
    items = [item for item in request.session.items if item.path == request.node.path]
    standing = None
    if any("standing" in getattr(item, "fixturenames", ()) for item in items):
        standing = request.getfixturevalue("standing")
    yield
    if isinstance(standing, StandUp) and standing.process.poll() == 0:
        site, what = site_lab.SiteLab(standing.state), ("inventories/lab.py", "deploy/site.py")
        planned = site.run("dockwright", "plan", *what)
        if planned.returncode != 0:
            last = (planned.stdout + planned.stderr).splitlines()[-1]
            figure(f"{run_order.file_of(items[0])}: left the site otherwise: {last}")
            applied = site.run("dockwright", "apply", *what, "--yes")
            assert applied.returncode == 0, applied.stdout + applied.stderr


@pytest.fixture(scope="module")
def one_connection(site: site_lab.SiteLab) -> Iterator[None]:
    """Ask the site's boxes over one connection each: for files none of whose tests breaks one."""
    with site.one_connection_a_box():
        yield
