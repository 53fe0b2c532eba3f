"""Leaves whose containers end again and again, though each look finds their unit active.

One box has all: the registry, a leaf that is well, and one that ends some seconds after its start.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, LOOP, OwnSite, server

LAB = OwnLab("crash", "192.168.88.0/24", ("app",), packages=WITH_ENGINE)
DATA = {
    "dockwright_base_source": "bootstrap",
    "dockwright_wait_seconds": 30,
    "dockwright_steady_seconds": 1,
}
# after what a check and a plan take for up
ENDS = """CMD ["/bin/busybox", "sh", "-c", "sleep 3; echo no database; exit 3"]"""
GREEDY = (
    'CMD ["/bin/busybox", "sh", "-c", '
    "\"sleep 2; exec /bin/busybox awk 'BEGIN { s = 1; while (1) s = s s }'\"]"
)
UNIT = "dockwright-shaky.web.1.service"
RESTARTS = f"systemctl show --property=NRestarts --value {UNIT}"


class Shaky(OwnSite):
    def root(self, line: str) -> str:
        return self.ssh(self.boxes["app"], f"sudo sh -c '{line}'")

    def until_restarted(self, times: int = 3) -> None:
        until = time.monotonic() + 90
        while int(self.root(RESTARTS) or 0) < times:
            assert time.monotonic() < until, self.root(RESTARTS)
            time.sleep(1)

    def told(self, plan: dict[str, Any]) -> list[str]:
        """What a plan says that changes of the shaky leaf."""
        return [
            f"{one['thing']} {' '.join(one['details'])}"
            for box in plan["boxes"]
            for operation in box["operations"]
            for one in operation["changes"]
            if one["thing"].startswith("shaky.")
        ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shaky]:
    state = tmp_path_factory.mktemp("shaky")
    with LAB.up(state):
        made = Shaky(LAB, state, ("app",), hubs_run_leaves=True)
        made.furnish("app")
        made.write({"app": ["calm", "shaky"]})
        made.data(**DATA)
        made.leaf("calm", "web: docker run --stop-timeout 1 -p 8000:8000 calm", *COPY, server(8000))
        made.leaf("shaky", "web: docker run --stop-timeout 1 shaky", *COPY, f"CMD {LOOP}")
        done = made.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        yield made


def test_a_leaf_in_a_loop_is_named_by_each_plan_and_a_run_fails(site: Shaky) -> None:
    before = site.started()["calm.web.1"]
    site.leaf("shaky", "web: docker run --stop-timeout 1 shaky", *COPY, ENDS)
    site.apply()  # it is up when it is looked at
    site.until_restarted()
    for _ in range(3):
        [told] = site.told(site.plan(statuses=(2,)))
        assert "restarted " in told
        assert "last minute" in told
        assert "last lines: " in told
        assert told.endswith("no database")
        time.sleep(1.5)
    done = site.apply()
    assert done.returncode == 1, done.stdout
    assert "nothing failed" not in done.stdout
    assert "shaky.web.1" in done.stdout + done.stderr
    assert "no database" in done.stdout + done.stderr
    assert site.started()["calm.web.1"] == before


@pytest.mark.long
def test_one_that_is_mended_is_as_declared_again(site: Shaky) -> None:
    site.leaf("shaky", "web: docker run --stop-timeout 1 shaky", *COPY, f"CMD {LOOP}")
    before = site.started()["calm.web.1"]
    site.as_planned()
    assert site.started()["calm.web.1"] == before


@pytest.mark.long
def test_one_that_an_admin_restarted_or_killed_once_is_in_no_loop(site: Shaky) -> None:
    site.root(f"systemctl restart {UNIT}; sleep 2; docker kill shaky.web.1; sleep 6")
    assert site.root(RESTARTS) == "1"
    plan = site.plan(statuses=(0,))
    assert plan["drift"] is False
    assert any("killed (status 137)" in one for one in plan["reminders"]), plan["reminders"]


@pytest.mark.long
def test_one_whose_health_check_is_well_between_two_ends_is_named_too(site: Shaky) -> None:
    check = 'HEALTHCHECK --interval=1s CMD ["/bin/busybox", "true"]'
    site.leaf("shaky", "web: docker run --stop-timeout 1 shaky", *COPY, check, ENDS)
    site.apply()
    site.until_restarted()
    [told] = site.told(site.plan(statuses=(2,)))
    assert "restarted " in told
    assert site.apply().returncode == 1
    site.leaf("shaky", "web: docker run --stop-timeout 1 shaky", *COPY, f"CMD {LOOP}")
    site.as_planned()


@pytest.mark.long
def test_a_main_process_that_is_killed_for_want_of_memory_is_told_as_such(site: Shaky) -> None:
    line = "web: docker run --stop-timeout 1 --memory 24m --memory-swap 24m shaky"
    site.leaf("shaky", line, *COPY, GREEDY)
    site.apply()
    site.until_restarted()
    [told] = site.told(site.plan(statuses=(2,)))
    assert "its main process killed" in told, told
    done = site.apply()
    assert done.returncode == 1
    assert "137" in done.stdout + done.stderr
    site.leaf("shaky", "web: docker run --stop-timeout 1 shaky", *COPY, f"CMD {LOOP}")
    site.as_planned()


@pytest.mark.long
def test_ends_of_the_engine_are_no_loop_of_its_leaves(site: Shaky) -> None:
    site.leaf("shaky", "web: docker run --stop-timeout 1 shaky", *COPY, f"CMD {LOOP}")
    site.as_planned()
    site.root(f"systemctl restart {UNIT}")
    for times in (1, 2, 3):
        site.root("systemctl kill --signal=KILL docker.service")
        site.until_restarted(times)
        site.root("until systemctl is-active --quiet docker; do sleep 0.2; done")
    plan = site.plan(statuses=(0,))
    assert plan["drift"] is False
