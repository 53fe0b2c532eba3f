"""What of services is not well."""

from dockwright.service.state import SwarmService, SwarmServices
from dockwright.status.judged.leaf import Expected
from dockwright.status.judged.services import service_rows
from dockwright.status.read import BoxRead
from dockwright.status.rows import LeafRow
from dockwright.swarm.state import SwarmNode, SwarmState

DIGEST = f"sha256:{'0a' * 32}"


def _rows(count: str = "2/2", update: str = "", leads: bool = True) -> tuple[LeafRow, ...]:
    labels = {"dockwright.leaf": "app", "dockwright.process": "web"}
    container = {"Image": f"reg:5000/app@{DIGEST}"}
    spec = {"Labels": labels, "TaskTemplate": {"ContainerSpec": container}}
    one = SwarmService("q3", "app_web", spec, {}, update, count)
    swarm = SwarmState("ready", "active", "n1", nodes=(SwarmNode("n1", "box", leads=leads),))
    of = BoxRead(swarm=swarm, services=SwarmServices(True, (1, 41), (one,)))
    expected = Expected(digests={"app": DIGEST, "new": DIGEST})
    return service_rows("box", of, expected, ["app", "new"])


def test_one_that_is_well_and_one_that_is_not_there() -> None:
    missing, well = _rows()
    assert (well.job, well.severity, well.current, well.running) == ("app_web", "well", True, True)
    assert (missing.leaf, missing.severity) == ("new", "wrong")
    assert "not there" in missing.remarks[0].text


def test_tasks_that_do_not_run_and_updates_that_were_put_back() -> None:
    def of_app(count: str, update: str = "") -> LeafRow:
        return next(row for row in _rows(count, update) if row.leaf == "app")

    assert (of_app("1/2").severity, of_app("0/2").severity) == ("due", "wrong")
    assert of_app("0/2").remarks[0].text.startswith("0 of 2 tasks run")
    assert "rollback_completed" in of_app("2/2", "rollback_completed").remarks[0].text


def test_the_leader_alone_tells_them() -> None:
    assert _rows(leads=False) == ()
