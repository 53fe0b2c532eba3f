"""One question to several boxes at once: each has its answer, or why it has none."""

from collections.abc import Iterator, Sequence

import pytest
from pyinfra.api import Config, Inventory, State

from dockwright.box.fact import Fact
from dockwright.box.this_run import give_up
from dockwright.errors import DockwrightError
from dockwright.facts.of_each import of_each


class Name(Fact[str]):
    about = "its name"

    def script(self, word: str) -> str:
        return f"echo {word}; [ {word} != bad ]"

    def read(self, lines: Sequence[str]) -> str:
        return lines[0]


@pytest.fixture
def run() -> Iterator[State]:
    state = State(Inventory((["@local", "down"], {})), Config())
    for host in state.inventory:
        state.activate_host(host)
    yield state
    for host in state.inventory:
        if host.connected:
            host.disconnect()


def test_who_answers_has_an_answer_and_who_does_not_a_reason(run: State) -> None:
    give_up(run.inventory.get_host("down"), "box down: no answer")
    found = of_each(run, ["@local", "down", "@local", "nobody"], Name, "web")
    assert list(found) == ["@local", "down", "nobody"]
    assert found["@local"] == "web"
    assert isinstance(found["down"], DockwrightError)
    assert str(found["down"]) == "box down: no answer"
    assert "host nobody: not in the inventory" in str(found["nobody"])


def test_a_fact_that_fails_on_a_box_is_its_reason(run: State) -> None:
    found = of_each(run, ["@local"], Name, "bad")
    assert "asked about its name: exit status 1" in str(found["@local"])
    assert of_each(run, [], Name, "web") == {}
