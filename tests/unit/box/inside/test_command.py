"""What is used of pyinfra's own command: pyinfra itself is asked for each."""

import logging
from pathlib import Path
from traceback import walk_tb

import pyinfra
import pytest
from pyinfra import logger
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host
from pyinfra.api.operation import operation
from pyinfra.api.state import StateStage
from pyinfra.api.util import log_error_or_warning
from pyinfra.context import ctx_config, ctx_state

from dockwright.box.inside.command import (
    LogFormatter,
    UnexpectedExternalError,
    exec_file,
    file_of,
    is_count_of_commands,
    load_deploy_file,
    make_inventory,
    order_by_lines,
)
from dockwright.box.inside.operations import order_on


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> State:
    monkeypatch.setattr(pyinfra, "is_cli", False)
    inventory = Inventory((["web1", "web2"], {}))
    state = State(inventory, Config())
    state.check_for_changes = False
    for host in inventory:
        state.activate_host(host)
    state.cwd = "/"
    return state


def test_an_inventory_is_made_with_its_group_data(tmp_path: Path) -> None:
    (tmp_path / "group_data").mkdir()
    (tmp_path / "group_data/web.py").write_text("number = 3\n")
    (tmp_path / "site.py").write_text("web = ['web1']\n")
    with ctx_state.use(State()):
        found = make_inventory(str(tmp_path / "site.py"), cwd=str(tmp_path))
    assert [host.name for host in found.get_group("web")] == ["web1"]
    assert found.get_groups_data(["web"]).get("number") == 3


def test_what_a_users_file_raises_comes_with_its_name(run: State, tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text("1 / 0\n")
    with ctx_state.use(run), pytest.raises(UnexpectedExternalError) as raised:
        exec_file(str(file))
    assert isinstance(raised.value.exception, ZeroDivisionError)
    assert raised.value.filename == str(file)


def test_a_file_that_can_not_be_read_is_found_in_the_frames(run: State, tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_bytes(b"x = '\xff'\n")
    with ctx_state.use(run), pytest.raises(UnicodeDecodeError) as raised:
        exec_file(str(file))
    files = [file_of(frame) for frame, _ in walk_tb(raised.value.__traceback__)]
    assert [one for one in files if one is not None] == [str(file)]


def test_a_deploy_file_is_run_on_each_box_and_its_lines_are_the_order(
    run: State, tmp_path: Path
) -> None:
    file = tmp_path / "deploy.py"
    file.write_text(
        "from pyinfra import host\n"
        f"from {__name__} import thing\n"
        "if host.name == 'web2':\n"
        "    thing(name='first')\n"
        "thing(name='second')\n"
    )
    order_by_lines()
    run.set_stage(StateStage.Prepare)
    with ctx_state.use(run), ctx_config.use(run.config):
        run.config.lock_current_state()
        load_deploy_file(run, str(file))
        run.config.reset_locked_state()
    assert run.current_deploy_filename == str(file)
    names = [run.get_op_meta(op).names for op in run.get_op_order()]
    assert names == [{"first"}, {"second"}]
    web1, web2 = (run.inventory.get_host(name) for name in ("web1", "web2"))
    assert order_on(web2)[1:] == order_on(web1)


@operation()
def thing():  # type: ignore[no-untyped-def]
    yield "true"


def test_a_line_has_its_indent_and_colour() -> None:
    record = logging.LogRecord("pyinfra", logging.INFO, "x", 1, "[web1] %s", ("up",), None)
    assert LogFormatter().format(record) == "    [web1] up"


def test_the_count_of_commands_is_told_from_other_lines(
    run: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    monkeypatch.setattr(handler, "emit", records.append)
    host: Host = run.inventory.get_host("web1")
    logger.addHandler(handler)
    try:
        log_error_or_warning(host, False, description="executed 1 commands")
        logger.error("[web1] executed by hand")
    finally:
        logger.removeHandler(handler)
    assert [is_count_of_commands(record) for record in records] == [True, False]
