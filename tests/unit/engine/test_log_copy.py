"""Whether the engine keeps a copy of what containers say, and when jobs change with it."""

from itertools import product

import pytest

from dockwright.engine.log_copy import changes_jobs, driver_for_jobs

COPIES, OTHERS = ("", "json-file", "local"), ("journald", "gelf", "none", "awslogs")


@pytest.mark.parametrize("own", COPIES)
def test_what_the_engine_keeps_on_the_box_itself_is_a_second_copy(own: str) -> None:
    assert driver_for_jobs(own) == "none"


@pytest.mark.parametrize("own", OTHERS)
def test_what_it_sends_elsewhere_somebody_wants_there(own: str) -> None:
    assert driver_for_jobs(own) is None


@pytest.mark.parametrize(("former", "later"), list(product((*COPIES, *OTHERS, None), repeat=2)))
def test_jobs_change_where_one_of_the_two_keeps_a_copy_and_the_other_does_not(
    former: str | None, later: str | None
) -> None:
    before, after = ({} if one is None else {"log-driver": one} for one in (former, later))
    is_copy = [one is None or one in COPIES for one in (former, later)]
    assert changes_jobs(before, after) is (is_copy[0] != is_copy[1])
    # no other key of daemon.json has a part in it
    assert not changes_jobs(before, {**before, "log-opts": {"max-size": "1m"}})
