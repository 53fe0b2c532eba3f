"""A leaf begins on a box only where its data is, or where there is none anywhere."""

from collections.abc import Iterator

import pytest
from pyinfra.context import ctx_host, ctx_state

from dockwright.boot.group import group
from dockwright.boot.job import Job
from dockwright.boot.placing import Elsewhere, Lies
from dockwright.box.this_run import this_run
from dockwright.errors import DockwrightError, NotReady
from dockwright.operations.boot.data import check_data
from tests.unit.box.boxes import local

BOX, WAYS = "@local", "copy it first"


def _jobs(line: str = "-v dbdata:/data") -> tuple[Job, ...]:
    return group("db", f"db: docker run {line} db", "Procfile").jobs


@pytest.fixture
def has(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Lies | DockwrightError]]:
    """What boxes answer; the question itself is asked of boxes in tests/lab."""
    answers: dict[str, Lies | DockwrightError] = {}
    module = __import__("dockwright.operations.boot.data", fromlist=["x"])
    monkeypatch.setattr(module, "of_each", lambda run, boxes, *_: {b: answers[b] for b in boxes})
    with local("app1", "app2") as host, ctx_state.use(host.state), ctx_host.use(host):
        yield answers


def _check(*boxes: str, **more: object) -> None:
    check_data("db", _jobs(), Elsewhere((BOX, *boxes), ways=WAYS, **more))  # type: ignore[arg-type]


def test_data_on_another_box_keeps_it_from_beginning_here(
    has: dict[str, Lies | DockwrightError],
) -> None:
    has |= {BOX: Lies(), "app1": Lies(("dbdata",))}
    said = r"^box @local: db would begin with nothing: its data is on box app1 \(.*dbdata.*\); "
    with pytest.raises(DockwrightError, match=f"{said}{WAYS}$"):
        _check("app1")


def test_where_there_is_none_anywhere_or_some_here_it_begins(
    has: dict[str, Lies | DockwrightError],
) -> None:
    has |= {BOX: Lies(), "app1": Lies()}
    _check("app1")
    has |= {BOX: Lies(("dbdata",))}
    check_data("other", _jobs(), Elsewhere((BOX, "app1"), ways=WAYS))


def test_a_box_that_may_have_it_and_does_not_answer_is_waited_for(
    has: dict[str, Lies | DockwrightError],
) -> None:
    has |= {BOX: Lies(), "app1": NotReady("box app1: down")}
    with pytest.raises(NotReady, match=r"box app1, which may have its data \(.*\), does not ans"):
        _check("app1")
    # one that is known to have had none need not answer
    has |= {"app2": NotReady("box app2: down")}
    check_data("x", _jobs(), Elsewhere((BOX, "app2"), never=frozenset(["app2"]), ways=WAYS))


def test_what_is_on_both_is_told_and_it_begins(has: dict[str, Lies | DockwrightError]) -> None:
    has |= {BOX: Lies(("dbdata",)), "app1": Lies(("dbdata",))}
    _check("app1")
    [line] = this_run(ctx_host.get().state).reminders  # type: ignore[no-untyped-call]
    assert line.startswith("box @local: db begins with the ")
    assert line.endswith("that is here; box app1 has one too")


@pytest.mark.parametrize("line", ["", "-v /data", "-v /run/x:/x"])
def test_a_leaf_that_keeps_nothing_asks_nobody(
    has: dict[str, Lies | DockwrightError], line: str
) -> None:
    check_data("db", _jobs(line), Elsewhere((BOX, "app1"), ways=WAYS))
    check_data("db", _jobs(), Elsewhere((BOX,), ways=WAYS))
