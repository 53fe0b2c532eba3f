"""Which flags of docker run a service can have: every one of them is decided."""

import pytest

from dockwright.boot.flags import FLAGS
from dockwright.boot.run_line import _LEFT_OUT as OF_JOBS
from dockwright.errors import DockwrightError
from dockwright.service.flags import LEFT_OUT, REFUSED, TAKEN, notices, sifted


def test_each_flag_is_decided_once() -> None:
    decided = [*TAKEN, *LEFT_OUT, *REFUSED]
    assert len(decided) == len(set(decided))
    # what no job has reaches no service
    assert {*decided} == FLAGS.keys() - OF_JOBS.keys() - {"help"}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_swarm_cant_do_is_refused_by_its_name_in_one_line(name: str) -> None:
    with pytest.raises(DockwrightError) as error:
        list(sifted([(name, "x")], "web", "images/web/Procfile:1"))
    assert str(error.value).startswith(f"images/web/Procfile:1: --{name} x: not on Swarm: ")
    assert str(error.value).endswith('dockwright_runs_on = {"web": "boot"}')
    assert "\n" not in str(error.value)


def test_a_boolean_that_is_off_asks_for_nothing() -> None:
    assert list(sifted([("privileged", "false")], "web", "Procfile:1")) == []


def test_what_is_left_out_is_said() -> None:
    assert list(sifted([("expose", "80"), ("user", "1")], "web", "P:1")) == [("user", "1")]
    assert notices([("expose", "80"), ("user", "1")], "P:1")[0].startswith("P:1: --expose 80: left")
