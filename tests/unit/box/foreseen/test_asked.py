"""When what was foreseen is an answer, and when the box is asked by itself; one at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyinfra.api.host import Host

from dockwright.box import begun
from dockwright.box.answer import Answer, Question
from dockwright.box.foreseen import asked
from dockwright.box.foreseen.asker import for_others
from dockwright.box.foreseen.known import Known, known
from dockwright.box.this_run import LOOK, this_run
from tests.unit.box.boxes import local

ONE = Question("echo yes", "it")
KEPT = known("dockwright.facts.content", "Content", {"path": "/x"})
assert KEPT is not None


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Host]]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(asked, "by_ssh", lambda host: host)
    with local() as host:
        this_run(host.state).purpose = LOOK
        host.state.current_deploy_filename = "deploy.py"
        its = asked._of(host)
        assert its is not None
        its.known = {"prepare": (KEPT,), "execute": (KEPT,)}
        yield [host]


def _foreseen(host: Host, question: Question = ONE, one: Known | None = KEPT) -> Answer | None:
    return asked.foreseen(host, one, question, {}, lambda _: ONE)


def test_an_answer_is_taken_once(here: list[Host]) -> None:
    first = _foreseen(here[0])
    assert first is not None and first.said == b"yes\n"
    assert _foreseen(here[0]) is None


def test_an_answer_is_taken_once_more_for_other_boxes(here: list[Host]) -> None:
    for _ in range(2):
        with for_others():
            taken = _foreseen(here[0])
            assert taken is not None and taken.said == b"yes\n"
            assert _foreseen(here[0]) is None
        assert _foreseen(here[0]) is not None
        assert _foreseen(here[0]) is None
        # of another stage it is another answer
        here[0].state.is_executing = True


@pytest.mark.parametrize("own_first", [False, True])
def test_for_other_boxes_too_it_is_none_once_anything_has_begun(
    here: list[Host], own_first: bool
) -> None:
    assert (_foreseen(here[0]) if own_first else _foreseen(here[0], Question("x", "it"))) or True
    begun.begins()
    with for_others():
        assert _foreseen(here[0]) is None


def test_what_the_box_does_not_answer_so_is_not_foreseen_for_long(
    here: list[Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = Question("exit 3", "it")
    for run in range(3):
        its = asked._of(here[0])
        assert its is not None
        assert [one.is_sent for one in its.known["prepare"]] == [run < 2]
        assert asked.foreseen(here[0], KEPT, fails, {}, lambda _: fails) is None
        its.keep()


def test_what_pyinfra_runs_itself_counts_on_each_box_of_the_run(
    here: list[Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    # by its way alone, and not as a program of this machine
    monkeypatch.setattr(begun, "_STARTS", frozenset())
    assert _foreseen(here[0], Question("other", "it")) is None
    here[0].run_shell_command("true")
    assert _foreseen(here[0]) is None


def test_this_machine_is_asked_each_question_by_itself(tmp_path: Path) -> None:
    with local() as host:
        this_run(host.state).purpose = LOOK
        host.state.current_deploy_filename = "deploy.py"
        assert _foreseen(host) is None
        assert asked._runs.known(host.state) is None


def test_another_script_for_the_same_fact_has_no_answer(here: list[Host]) -> None:
    assert _foreseen(here[0], Question("echo yes ", "it")) is None
    assert _foreseen(here[0], Question("echo yes", "it", requires="sh")) is None
    assert _foreseen(here[0]) is not None


def test_it_is_not_kept_for_ever(here: list[Host], monkeypatch: pytest.MonkeyPatch) -> None:
    assert _foreseen(here[0], Question("other", "it")) is None
    monkeypatch.setattr(asked, "HOLDS", 0)
    assert _foreseen(here[0]) is None


def test_nothing_is_kept_from_preparing_to_execution(here: list[Host]) -> None:
    assert _foreseen(here[0], Question("other", "it")) is None
    its = asked._of(here[0])
    assert its is not None
    its.known["execute"] = ()
    here[0].state.is_executing = True
    assert _foreseen(here[0]) is None


def test_nothing_is_sent_while_something_is_under_way_nor_later(here: list[Host]) -> None:
    with begun.under_way():
        assert _foreseen(here[0]) is None
    assert _foreseen(here[0]) is None


def test_what_begins_while_an_answer_is_waited_for_makes_it_none(here: list[Host]) -> None:
    import gevent

    slow = Question("sleep 1; echo yes", "it")
    gevent.spawn_later(0.3, begun.begins)
    assert asked.foreseen(here[0], KEPT, slow, {}, lambda _: slow) is None


def test_until_the_lock_is_held_another_run_may_be_at_work(
    here: list[Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dockwright.box.this_run import PYINFRA

    this_run(here[0].state).purpose = PYINFRA
    assert _foreseen(here[0]) is None
    monkeypatch.setattr(asked, "is_held", lambda _: True)
    assert _foreseen(here[0]) is not None


@pytest.mark.parametrize("how", [{"_sudo": True}, {"_su_user": "app"}, {"_chdir": "/"}])
def test_as_somebody_else_it_is_another_question(here: list[Host], how: dict[str, object]) -> None:
    assert asked.foreseen(here[0], KEPT, ONE, how, lambda _: ONE) is None


def test_a_box_that_does_not_answer_is_asked_by_itself(
    here: list[Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "command_line", lambda *_: "echo no; exit 1")
    assert _foreseen(here[0]) is None
