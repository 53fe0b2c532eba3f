"""A folder that goes to another owner: what writes to it stops before, and nothing else does."""

import pytest
from case import shown
from pyinfra.context import ctx_host
from recorded import box

from dockwright.box.remembered import route
from dockwright.operations.boot.given import given

RUNS = """\
init systemd
file /etc/systemd/system/dockwright-app.target 644:root:root Cg==
file /etc/systemd/system/dockwright-app.web.1.service 644:root:root Cg==
file /etc/systemd/system/dockwright-app-worker.web.1.service 644:root:root Cg==
unit Id dockwright-app.web.1.service
unit ActiveState {state}
unit UnitFileState enabled
unit NeedDaemonReload no
unit-end
unit Id dockwright-app-worker.web.1.service
unit ActiveState active
unit UnitFileState enabled
unit NeedDaemonReload no
unit-end
"""


def commands(runs: str, leaf: str | None) -> list[str]:
    with box({"boot.BootJobs": runs}, executing=True):
        route(ctx_host.get())
        made = list(given("/srv/app", "60810:60810", ["998:998"], leaf))
        return [str(shown(command)) for command in made]


@pytest.mark.parametrize("state", ["active", "activating"])
def test_the_leaf_s_own_units_stop_and_no_others(state: str) -> None:
    made = commands(RUNS.format(state=state), "app")
    [stop] = [line for line in made if "stop " in line and "dockwright-" in line]
    assert "dockwright-app.web.1.service" in stop
    assert "worker" not in stop
    assert "give the files in /srv/app" in made[-1]


@pytest.mark.parametrize(("runs", "leaf"), [
    (RUNS.format(state="inactive"), "app"), (RUNS.format(state="failed"), "app"),
    (RUNS.format(state="active"), None),
])  # fmt: skip
def test_where_nothing_of_it_runs_nothing_stops(runs: str, leaf: str | None) -> None:
    made = commands(runs, leaf)
    assert len(made) == 1
    assert "give the files in /srv/app" in made[0]
