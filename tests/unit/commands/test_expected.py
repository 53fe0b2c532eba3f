"""What a plan knows of images and files that a run is going to change."""

from collections.abc import Iterator

import pytest
from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.commands.expected import check_settled, expect
from dockwright.errors import NotReady


@pytest.fixture
def run() -> Iterator[State]:
    state = State()
    with ctx_state.use(state):
        yield state


def test_what_changes_on_the_builder_changes_in_the_registry_and_from_there(run: State) -> None:
    expect("docker", ["zenweb"])
    with pytest.raises(NotReady, match="waits for zenweb on docker"):
        check_settled("docker", ["zenweb", "stash"], then="registry:5000")
    check_settled("registry:5000", ["stash"])
    with pytest.raises(NotReady):
        check_settled("registry:5000", ["zenweb"], then="other")
    with pytest.raises(NotReady):
        check_settled("other", ["zenweb"])


def test_nothing_is_awaited_while_it_is_executed_nor_by_another_run(run: State) -> None:
    expect("docker", ["zenweb"])
    run.is_executing = True
    check_settled("docker", ["zenweb"])
    with ctx_state.use(State()):
        check_settled("docker", ["zenweb"])
