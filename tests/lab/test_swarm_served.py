"""A site's leaves on a swarm of three managers and two workers: made, upgraded, struck."""

import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

import pytest

from dockwright import lab
from tests.lab.labs import five_lab
from tests.lab.labs.cut_off import cut_off
from tests.lab.labs.figures import figure
from tests.lab.labs.five_lab import NODES, PAGE, FiveSite
from tests.lab.labs.own_site import LOOP
from tests.lab.labs.watched import Seen, watched
from tests.lab.labs.within import within

pytestmark = pytest.mark.long
EXITS = 'CMD ["/bin/busybox", "sh", "-c", "echo the disk of page is full; exit 3"]'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FiveSite]:
    state = tmp_path_factory.mktemp("five")
    with five_lab.LAB.up(state):
        site = FiveSite(state)
        site.make()
        yield site


@pytest.fixture
def site(made: FiveSite) -> FiveSite:
    """As declared."""
    if made.plan()["drift"]:
        assert made.apply().returncode == 0
    return made


@contextmanager
def _all_watched(site: FiveSite) -> Iterator[dict[str, Seen]]:
    """The front, and the page's port of each node."""
    with ExitStack() as stack:
        places = {"front": site.front, **{node: f"{site.boxes[node]}:{PAGE}" for node in NODES}}
        yield {
            name: stack.enter_context(watched(site, site.folder, place))
            for name, place in places.items()
        }


@contextmanager
def _writing(site: FiveSite) -> Iterator[list[str]]:
    """Records that somebody goes on to write, as far as they were acknowledged."""
    told: list[str] = []
    over = Event()

    def write() -> None:
        for turn in range(500):
            if over.wait(0.5):
                return
            word = f"{time.time_ns()}-{turn}"
            try:
                if word in site.records(word):
                    told.append(word)
            except (AssertionError, KeyError, subprocess.TimeoutExpired):
                continue  # no manager answers just now

    writer = Thread(target=write)
    writer.start()
    try:
        yield told
    finally:
        over.set()
        writer.join()


def test_from_bare_boxes_to_services_on_three_and_two(made: FiveSite) -> None:
    began = time.monotonic()
    made.as_planned()
    figure(f"3 + 2 with two leaves, from bare engines: {time.monotonic() - began:.0f} s")
    assert made.is_whole()
    assert len(set(made.nodes_of("page_web"))) == 3
    assert made.plan()["drift"] is False


def test_an_upgrade_loses_nothing_through_the_front(site: FiveSite) -> None:
    at = site.nodes_of("page_web")
    site.page_says("two")
    with _all_watched(site) as seen:
        _, done = site.as_planned()
    assert done.returncode == 0
    of_ports = {node: f"{seen[node].lost} of {len(seen[node].answers)}" for node in at}
    front = seen["front"]
    figure(f"swarm, upgraded: {front.lost} of {len(front.answers)} lost by the front; {of_ports}")
    assert front.lost == 0
    assert len(front.answers) > 30
    assert all(
        site.page(f"http://{site.boxes[node]}:{PAGE}/")[1].strip() == "two"
        for node in site.nodes_of("page_web")
    )


@pytest.mark.parametrize("command", [EXITS, f"HEALTHCHECK --interval=1s CMD false\nCMD {LOOP}"])
def test_a_broken_version_is_put_back_and_nothing_is_lost_through_the_front(
    site: FiveSite, command: str
) -> None:
    site.page_says("broken", command)
    with watched(site, site.folder, site.front) as seen:
        done = site.apply()
    figure(f"swarm, a broken version: {seen.lost} of {len(seen.answers)} lost by the front")
    assert done.returncode == 1
    assert "Swarm has put back what ran before, and it is up" in done.stdout + done.stderr
    if command is EXITS:
        assert "the disk of page is full" in done.stdout + done.stderr
    assert seen.lost == 0
    assert len(site.nodes_of("page_web")) == 3
    site.page_says("two")
    assert site.apply().returncode == 0


def _engine_killed(site: FiveSite, node: str) -> None:
    site.root(node, "systemctl kill -s KILL docker")


def _leader_killed(site: FiveSite) -> None:
    _engine_killed(site, site.leader())


def _task_s_engine_killed(site: FiveSite) -> None:
    _engine_killed(site, next(node for node in site.nodes_of("page_web") if node != site.leader()))


def _two_rebooted(site: FiveSite) -> None:
    with ThreadPoolExecutor() as beside:
        list(beside.map(lambda box: lab.reboot(five_lab.LAB.name, box, site.state), ("m2", "w1")))


def _cut_off_for_a_minute(site: FiveSite) -> None:
    with cut_off(five_lab.LAB, site.state, "w2"):
        time.sleep(60)


FAULTS = (_leader_killed, _task_s_engine_killed, _two_rebooted, _cut_off_for_a_minute)


@pytest.mark.parametrize("in_mid_deploy", [False, True], ids=["at rest", "in mid-deploy"])
@pytest.mark.parametrize("strike", FAULTS, ids=lambda strike: strike.__name__.strip("_"))
def test_nothing_acknowledged_is_lost_and_the_next_run_ends_as_declared(
    site: FiveSite, strike: Callable[[FiveSite], None], in_mid_deploy: bool
) -> None:
    before = site.records()
    with _all_watched(site) as seen, _writing(site) as told, ThreadPoolExecutor() as beside:
        if in_mid_deploy:
            site.page_says(f"struck {time.time_ns()}")
            deploy = beside.submit(site.apply)
            time.sleep(6)
        strike(site)
        if in_mid_deploy:
            deploy.result()
        took = within(120, "all services", site.is_whole)
        time.sleep(3)
    lost = {
        name: f"{one.lost} of {len(one.answers)}, {one.out:.1f} s" for name, one in seen.items()
    }
    when = "in mid-deploy" if in_mid_deploy else "at rest"
    figure(f"swarm, {strike.__name__.strip('_')} {when}: whole after {took:.1f} s; lost: {lost}")
    assert told
    records = site.records()
    assert set(before) | set(told) <= set(records)
    assert site.apply().returncode == 0
    assert site.plan()["drift"] is False
    assert set(records) <= set(site.records())
