"""What is kept of a run: by each module in a slot of its own, and made once."""

import ast
import gc
from pathlib import Path
from weakref import ref

import gevent
import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host

from dockwright.box.lock import hold
from dockwright.box.record import keep
from dockwright.box.this_run import COMMAND, LOOK, PYINFRA, PerHost, PerRun, once, this_run

ROOT = Path(__file__).parents[3] / "dockwright"
OWNER = "box/this_run.py"
# What a map of runs or of hosts has for its keys.
_OF = ("State", "Host", "tuple[State", "tuple[Host")
# Module-level sets of what is neither a run nor a host, each with what it is of.
OTHERS = {
    "box/pulse.py: _watched": "paramiko's transports",
    "box/program.py: _open": "programs that run",
}


def _state() -> State:
    return State(Inventory((["web1", "web2"], {})), Config())


def _host(run: State, name: str = "web1") -> Host:
    host: Host = run.inventory.get_host(name)
    return host


def test_each_slot_has_its_own_of_each_run() -> None:
    names: PerRun[list[str]] = PerRun(list)
    others: PerRun[list[str]] = PerRun(list)
    run, other = _state(), _state()
    assert names.known(run) is None
    names.of(run).append("a")
    assert (names.of(run), names.of(other), others.of(run)) == (["a"], [], [])
    assert set(names.runs()) == {run, other}
    assert names.take(run) == ["a"]
    assert names.known(run) is None


def test_each_slot_has_its_own_of_each_box() -> None:
    names: PerHost[list[str]] = PerHost(list)
    run = _state()
    names.of(_host(run)).append("a")
    assert (names.of(_host(run)), names.of(_host(run, "web2"))) == (["a"], [])
    assert names.of(_host(_state())) == []


def test_what_is_kept_of_a_run_and_not_of_its_boxes_is_gone_with_it() -> None:
    names: PerRun[set[str]] = PerRun(set)
    run = _state()
    names.of(run).add("a")
    gone = ref(run)
    del run
    gc.collect()
    assert gone() is None
    assert names.runs() == []


def test_who_comes_while_another_makes_it_waits_for_that() -> None:
    run, made = _state(), []

    def make() -> int:
        gevent.sleep(0.02)
        made.append(1)
        return len(made)

    asked = [gevent.spawn(once, run, "x", make) for _ in range(5)]
    gevent.joinall(asked, raise_error=True)
    assert ([one.value for one in asked], len(made)) == ([1] * 5, 1)


def test_what_raised_is_made_again() -> None:
    run = _state()
    with pytest.raises(ZeroDivisionError):
        once(run, "x", lambda: 1 // 0)
    assert once(run, "x", lambda: 1) == 1


def test_one_that_is_made_may_need_another_and_itself_by_then() -> None:
    run = _state()
    assert once(run, "x", lambda: once(run, "y", lambda: 1) + 1) == 2


def test_a_run_that_nobody_said_anything_of_is_one_of_pyinfras_own_command() -> None:
    assert this_run(_state()).purpose is PYINFRA


def test_a_run_that_only_looks_locks_nothing_and_has_no_record() -> None:
    run = _state()
    this_run(run).purpose = LOOK
    hold(_host(run))  # it is not connected: a lock could not be had
    keep(_host(run))
    assert run.callback_handlers == []


@pytest.mark.parametrize(("purpose", "listens"), [(PYINFRA, 1), (COMMAND, 0)])
def test_deploys_have_a_record_written_where_no_command_does(purpose: object, listens: int) -> None:
    run = _state()
    this_run(run).purpose = purpose  # type: ignore[assignment]
    for name in ("web1", "web2"):
        keep(_host(run, name))
    assert len(run.callback_handlers) == listens


def _at_the_top(path: Path) -> list[tuple[str, str]]:
    """The names that a module gives at its top, each with what it is and what of."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            text = f"{ast.unparse(node.annotation)} = {node.value and ast.unparse(node.value)}"
            found.append((node.target.id, text))
        elif isinstance(node, ast.Assign):
            found += [(ast.unparse(one), ast.unparse(node.value)) for one in node.targets]
    return found


def test_no_other_module_has_a_map_of_runs_or_hosts() -> None:
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        file = str(path.relative_to(ROOT))
        for name, text in _at_the_top(path):
            is_slot = text.startswith(("PerRun[", "PerHost["))
            weak = "Weak" in text
            of_runs = any(f"{kind}[{of}" in text for kind in ("dict", "set") for of in _OF)
            if file != OWNER and not is_slot and (weak or of_runs):
                found[f"{file}: {name}"] = text
    assert found.keys() == OTHERS.keys(), found
