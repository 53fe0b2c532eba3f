"""A deploy file made ready on the boxes of an inventory, as pyinfra's own command does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pyinfra.api.host import Host
from pyinfra.api.state import State, StateStage
from pyinfra.context import ctx_config, ctx_state

from dockwright.box.inside.command import exec_file, load_deploy_file, order_by_lines
from dockwright.box.inside.declaring import declare_quickly
from dockwright.box.reach import NotReached, reach
from dockwright.box.this_run import COMMAND, Purpose, give_up
from dockwright.errors import DockwrightError
from dockwright.run.inventory import load, meant
from dockwright.run.user_file import user_file

_CONFIG = "config.py"  # as pyinfra's command calls it


@contextmanager
def session(
    inventory: str | None,
    limit: Sequence[str] = (),
    skip: Sequence[str] = (),
    purpose: Purpose = COMMAND,
) -> Iterator[State]:
    """A run of pyinfra with its boxes connected.

    Args:
        inventory: as for `dockwright.run.inventory.load`.
        limit: boxes or groups; empty for all boxes.
        skip, purpose: as for `dockwright.run.inventory.load`.

    Raises:
        DockwrightError: no such inventory or box, or none of them can be reached; where others
            can, the run goes on with those.

    Example::

        with session("inventories/lab.py") as state:
            prepare(state, Path("deploy/site.py"))
    """
    with load(inventory, skip, purpose) as loaded:
        state: State = ctx_state.get()  # type: ignore[no-untyped-call]
        # operations are asked once, by a plan or by the run, and not while they are declared
        state.check_for_changes = False
        state.limit_hosts = meant(loaded, limit)
        try:
            _connect(state)
            yield state
        finally:
            for host in loaded:
                if host.connected:
                    host.disconnect()


def prepare(state: State, deploy: Path) -> None:
    """Declare the operations of ``deploy`` on every connected box.

    Raises:
        DockwrightError: no such file, or whatever it raised.

    Example::

        prepare(state, Path("deploy/site.py"))
    """
    if deploy.is_dir():
        raise DockwrightError(f"{deploy}: a folder; name a deploy file")
    if not deploy.is_file():
        raise DockwrightError(f"{deploy}: no such file in {Path.cwd()}; name a deploy file")
    order_by_lines()
    declare_quickly()
    state.set_stage(StateStage.Prepare)
    with user_file(str(deploy)), ctx_config.use(state.config):
        if Path(_CONFIG).is_file():
            exec_file(_CONFIG)
        state.config.lock_current_state()
        load_deploy_file(state, str(deploy))
        state.config.reset_locked_state()


def _connect(state: State) -> None:
    state.set_stage(StateStage.Connect)

    def connect(host: Host) -> str | None:
        try:
            reach(host)
        except NotReached as error:
            return str(error)
        return None

    hosts = [host for host in state.inventory if state.is_host_in_limit(host)]
    whys = dict(zip(hosts, state.pool.map(connect, hosts), strict=True))
    absent = {host: why for host, why in whys.items() if why is not None}
    if len(absent) == len(hosts):
        raise DockwrightError("\nerror: ".join(absent.values()))
    for host in hosts:
        if host not in absent:
            state.activate_host(host)
    for host, why in absent.items():
        give_up(host, why)
