"""Containers that are started again and again: what is a loop, what is none, and how it reads."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.engine.restarts import Restarted
from dockwright.facts.restarts import Restarts
from dockwright.inits.init import INITS

EVERY_8_S = tuple(float(at) for at in range(0, 104, 8))


@pytest.mark.parametrize(
    ("restarted", "is_loop"),
    [
        pytest.param(Restarted(100, EVERY_8_S), True, id="every eight seconds"),
        pytest.param(Restarted(100, (99.0,)), False, id="once, by an admin's docker kill"),
        pytest.param(Restarted(100, (10.0, 99.0)), False, id="twice"),
        pytest.param(Restarted(900, (10.0, 300.0, 600.0)), True, id="every five minutes"),
        pytest.param(Restarted(60, (0.0, 3.0, 6.0)), False, id="until its database was up"),
        pytest.param(Restarted(100, EVERY_8_S).since(1), False, id="behind a start by hand"),
        pytest.param(
            Restarted(100, (6.0, 52.0, 98.0), engine_starts=(0.0, 46.0, 92.0)).by_itself(),
            False,
            id="with its engine, which was killed three times",
        ),
        pytest.param(
            Restarted(100, EVERY_8_S, engine_starts=(0.0, 46.0, 92.0)).by_itself(),
            True,
            id="every eight seconds, the engine killed between",
        ),
        pytest.param(
            Restarted(60, (30.0, 39.0, 48.0), engine_starts=(0.0, 4.0)).by_itself(),
            True,
            id="every nine seconds, on a box whose engine was just installed",
        ),
    ],
)
def test_a_loop_is_what_ends_often_and_has_not_stayed_up_since(
    restarted: Restarted, is_loop: bool
) -> None:
    assert restarted.is_loop is is_loop


def test_it_reads_how_often_how_it_ended_and_what_it_said() -> None:
    lines = ("starting", "no database", "starting", "no database", " ")
    said = str(Restarted(100, EVERY_8_S, (3, 3), False, lines))
    assert said == (
        "restarted 7 times in the last minute, the last time with status 3; "
        "last lines: starting / no database"
    )
    assert "its main process killed (status 137)" in str(Restarted(100, (90.0,), (1, 137)))


@given(
    moments=st.lists(st.floats(0, 900), max_size=20),
    starts=st.lists(st.floats(0, 900), max_size=5),
)
def test_a_moment_of_an_engine_s_start_excuses_one_restart_and_no_more(
    moments: list[float], starts: list[float]
) -> None:
    restarted = Restarted(900, tuple(sorted(moments)), engine_starts=tuple(sorted(starts)))
    own = restarted.by_itself()
    assert len(moments) - len(starts) <= len(own.moments) <= len(moments)
    assert not Counter(own.moments) - Counter(moments)
    assert list(own.moments) == sorted(own.moments)


ANSWER = [
    "now 1000",
    "engine 800.5",
    "restart app.web.1 980.250000",
    "restart app.web.1 990.500000",
    "line app.web.1 cannot reach db",
    "event app.web.1 979 oom <no value>",
    "event app.web.1 979 die 137",
    "event other.web.1 979 die 0",
    "event app.db.1 900 die 143",
]


def test_an_answer_is_read_by_job_and_what_a_hand_stopped_is_no_restart() -> None:
    found = Restarts().read(ANSWER)
    app = found["app.web.1"]
    assert (app.now, app.moments, app.engine_starts) == (1000, (980.25, 990.5), (800.5,))
    assert (app.statuses, app.out_of_memory) == ((137,), True)
    assert app.last_lines == ("cannot reach db",)
    assert found["app.db.1"].moments == ()
    # under Upstart the engine's word is all that there is
    assert found["other.web.1"].moments == (979,)


@pytest.mark.parametrize("init", INITS)
def test_the_question_names_each_job_once(init: str) -> None:
    script = Restarts().script(init, ["app.web.1", "app.db.1"])
    assert "\nsaid app.web.1\nsaid app.db.1\n" in script
    assert re.search(r"@[A-Z]+@", script) is None
