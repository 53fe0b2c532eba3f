"""The site that most test files share; a run makes it once, and takes it down at the end."""

from collections.abc import Iterator

import pytest

from tests import run_order
from tests.lab.labs import odd_lab, site_lab
from tests.lab.labs.figures import figure
from tests.lab.labs.stand_up import StandUp


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
    if isinstance(standing, StandUp) and standing.is_up():
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


@pytest.fixture(scope="session")
def odd_boxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[odd_lab.OddLab]:
    """Two bare boxes, for what a box may have that nobody thought of."""
    state = tmp_path_factory.mktemp("odd")
    with odd_lab.LAB.up(state):
        odd_lab.stand_up(state)
        yield odd_lab.OddLab(state)


@pytest.fixture
def odd(odd_boxes: odd_lab.OddLab) -> Iterator[odd_lab.OddLab]:
    """The same, and a test that leaves them otherwise than they were has failed."""
    before = odd_boxes.watched()
    yield odd_boxes
    assert odd_boxes.watched() == before


@pytest.fixture(scope="module")
def odd_engine(odd_boxes: odd_lab.OddLab) -> Iterator[None]:
    """An engine that runs on box ``one``, with an image ``app:one`` of the box's own busybox."""
    odd_boxes.root("one", odd_lab.ENGINE)
    yield
    odd_boxes.root("one", "systemctl stop docker.socket docker.service; rm -rf /etc/docker")
