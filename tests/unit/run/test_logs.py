"""Whose logs are meant, and what is said where there are none."""

import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host

from dockwright.errors import DockwrightError
from dockwright.facts.logs import LoggedLeaves
from dockwright.run.logs import _unknown, _with_process


@pytest.fixture
def hosts() -> list[Host]:
    inventory = Inventory((["a", "b"], {}))
    State(inventory, Config())
    return list(inventory)


def _logged(*leaves: str, processes: tuple[str, ...] = ()) -> LoggedLeaves:
    return LoggedLeaves(leaves=set(leaves), processes=set(processes))


def test_a_process_is_shown_of_the_boxes_that_have_logs_of_it(hosts: list[Host]) -> None:
    a, b = hosts
    by = {a: _logged("web", processes=("web.web",)), b: _logged("web", processes=("web.job",))}
    assert _with_process("web", "job", by) == [b]
    said = r"^leaf web: no logs of a process jobb on a, b; its processes: job, web$"
    with pytest.raises(DockwrightError, match=said):
        _with_process("web", "jobb", by)


def test_a_leaf_that_ran_once_is_told_with_the_way_to_its_logs(hosts: list[Host]) -> None:
    a, b = hosts
    by = {a: _logged("web"), b: _logged("api")}
    assert str(_unknown("web", by, [a])) == (
        "leaf web: runs on none of a, b; it left logs on a: --all shows them"
    )
    assert str(_unknown("wbe", by, [])) == "leaf wbe: no logs of it on a, b; did you mean web?"
    assert str(_unknown("zzz", by, [])).endswith("; leaves: api, web")
    assert str(_unknown("zzz", {a: _logged()}, [])).endswith("; leaves: none")
