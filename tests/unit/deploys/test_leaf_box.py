"""box.py of a leaf: run where the leaf runs, and told apart from that of any other leaf."""

from collections.abc import Iterator
from pathlib import Path

import pyinfra
import pytest
from pyinfra.api.config import Config
from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.inventory import Inventory
from pyinfra.api.state import State, StateStage
from pyinfra.context import ctx_config, ctx_host, ctx_state
from pyinfra_cli.exceptions import UnexpectedExternalError

from dockwright.deploys.leaf_box import leaf_box
from dockwright.errors import DockwrightError

BOX = """
from pyinfra.operations import server

server.shell(name="user {leaf}", commands=["true"])
server.shell(name="folder {leaf}", commands=["true"])
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    # operations are told by their place in the files, as under either command
    monkeypatch.setattr(pyinfra, "is_cli", True)
    state = State(Inventory((["one", "two"], {})), Config())
    state.check_for_changes = False
    state.set_stage(StateStage.Prepare)
    for host in state.inventory:
        state.activate_host(host)
    with ctx_state.use(state), ctx_config.use(state.config):
        yield state


def folder_of(leaf: str, text: str, where: Path) -> Path:
    made = where / leaf
    made.mkdir()
    (made / "box.py").write_text(text)
    return made


def test_boxes_with_different_leaves_share_no_operation(run: State, tmp_path: Path) -> None:
    folders = {leaf: folder_of(leaf, BOX.format(leaf=leaf), tmp_path) for leaf in ("db", "web")}
    bare = tmp_path / "bare"  # has none
    runs = {"one": ["db", "bare"], "two": ["web", "bare"]}
    for host in run.inventory:
        with ctx_host.use(host):
            for leaf in host.loop(["bare", "db", "web"]):  # type: ignore[no-untyped-call]
                if leaf in runs[host.name]:
                    leaf_box(leaf, folders.get(leaf, bare))
    declared = {
        host.name: [name for one in run.ops[host] for name in run.op_meta[one].names]
        for host in run.inventory
    }
    assert declared == {
        "one": ["db/box.py | user db", "db/box.py | folder db"],
        "two": ["web/box.py | user web", "web/box.py | folder web"],
    }


def test_its_operations_run_as_those_around_it(run: State, tmp_path: Path) -> None:
    folder = folder_of("db", BOX.format(leaf="db"), tmp_path)
    host = run.inventory.get_host("one")
    with ctx_host.use(host):
        with host.deploy("Leaves", {"_sudo": True, "_if": None}, None):  # type: ignore[typeddict-item]
            declared = leaf_box("db", folder)
        assert host.current_deploy_name is None
    assert [made._hash for made in declared] == list(run.ops[host])
    assert {
        (made.global_arguments["_sudo"], made.global_arguments["_ignore_errors"])
        for made in run.ops[host].values()
    } == {(True, True)}


@pytest.mark.parametrize(
    ("text", "raised", "words"),
    [
        ("from dockwright.errors import DockwrightError\nraise DockwrightError('ours')",
         DockwrightError, "ours"),
        ("from pyinfra.api.exceptions import PyinfraError\nraise PyinfraError('theirs')",
         PyinfraError, "theirs"),
        ("nobody_knows", UnexpectedExternalError, "nobody_knows"),
    ],
)  # fmt: skip
def test_an_error_in_it_stays_what_it_is(
    run: State, tmp_path: Path, text: str, raised: type[Exception], words: str
) -> None:
    with ctx_host.use(run.inventory.get_host("one")):
        with pytest.raises(raised) as told:
            leaf_box("db", folder_of("db", text, tmp_path))
        assert words in str(getattr(told.value, "exception", told.value))
        assert ctx_host.get().current_deploy_name is None  # type: ignore[no-untyped-call]
