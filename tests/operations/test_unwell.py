"""Jobs that are started again and again: which are in a loop, and how long they are to last."""

from typing import Any

from recorded import box

from dockwright.box.this_run import this_run
from dockwright.commands.declare import Commands, operation
from dockwright.facts.boot import Boot, Container
from dockwright.operations.boot.unwell import Loops, loops

UNIT = "dockwright-app.web.1.service"
UNITS = {"app.web.1": UNIT, "app.web.2": "dockwright-app.web.2.service"}


def _loops(on_box: Boot, asked: list[str], *lines: str) -> tuple[Loops, list[str]]:
    from pyinfra import host

    facts: dict[str, Any] = {
        "restarts.Restarts": {"args": [on_box.init, asked], "output": "\n".join(lines)}
    }
    found: list[Loops] = []

    @operation()
    def job() -> Commands:
        found.append(loops(on_box, UNITS))
        yield from ()

    with box(facts if asked else {}, False):
        assert list(job._inner()) == []
        return found[0], this_run(host.state).reminders


LOOP = ["now 100", *(f"restart app.web.1 {moment}" for moment in (80, 90, 99))]


def test_a_box_whose_jobs_were_not_restarted_is_asked_nothing() -> None:
    assert _loops(Boot(init="systemd"), []) == (Loops(), [])
    assert _loops(Boot(init=None, restarts={UNIT: 3}), []) == (Loops(), [])


def test_a_job_in_a_loop_is_told_with_its_unit_and_is_to_outlive_that() -> None:
    on_box = Boot(init="systemd", restarts={UNIT: 3})
    found, reminders = _loops(on_box, ["app.web.1"], *LOOP, "line app.web.1 no database")
    assert found.jobs.keys() == {"app.web.1"}
    assert found.units[UNIT].endswith("last lines: no database")
    assert found.outlives(60) == {"app.web.1": 17.0}
    assert reminders == []


def test_restarts_of_before_somebody_s_hand_do_not_count() -> None:
    on_box = Boot(init="systemd", restarts={UNIT: 1})
    assert _loops(on_box, ["app.web.1"], *LOOP)[0] == Loops()


def test_one_that_was_killed_and_is_in_no_loop_is_reminded_of() -> None:
    on_box = Boot(init="systemd", restarts={UNIT: 1})
    killed = [f"event app.web.1 49 {how}" for how in ("oom x", "die 137")]
    lines = ["now 100", "restart app.web.1 50", *killed]
    found, [reminder] = _loops(on_box, ["app.web.1"], *lines)
    assert found == Loops()
    assert reminder.startswith("box box: app.web.1: restarted once in the last minute")
    assert "for want of memory" in reminder


def test_an_init_that_counts_nothing_is_asked_of_young_containers() -> None:
    def container(started: float) -> Container:
        return Container("sha256:1", True, started)

    on_box = Boot(init="upstart", now=1000.0,
                  containers={"app.web.1": container(900), "app.web.2": container(1)})  # fmt: skip
    lines = ["now 1000", *(f"event app.web.1 {at} die 1" for at in (980, 990, 999))]
    assert _loops(on_box, ["app.web.1"], *lines)[0].jobs.keys() == {"app.web.1"}
