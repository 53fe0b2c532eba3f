"""Every command's way to its boxes: which inventory, which box of it, and the connection.

gevent must have patched the standard library before this is imported, as `dockwright.cli` does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.host import Host
from pyinfra.api.inventory import Inventory
from pyinfra.api.state import State
from pyinfra.context import ContextManager, ctx_host, ctx_inventory, ctx_state

from dockwright.box.absent import leave_out, why_absent
from dockwright.box.inside.command import make_inventory
from dockwright.box.reach import reach
from dockwright.box.remembered import remember
from dockwright.box.this_run import COMMAND, Purpose, this_run
from dockwright.errors import DockwrightError, shown
from dockwright.run.named import VARIABLE
from dockwright.run.named import inventory as named_inventory
from dockwright.run.user_file import user_file
from dockwright.site.away import away, hint


@contextmanager
def box(
    name: str | None = None, inventory: str | None = None, skip: Sequence[str] = ()
) -> Iterator[Host]:
    """One box of the inventory, connected; it is pyinfra's current host for that long.

    Args:
        name: the box as the inventory names it; None for the one that builds, which is the
            first of group ``builders``, else the first of ``docker_hosts``.
        inventory, skip: as for `load`.

    Raises:
        DockwrightError: no such inventory or box, or the box cannot be reached.

    Example::

        with box("docker") as host:
            client(host).version()["Version"]
        # '20.10.24+dfsg1'
    """
    with load(inventory, skip) as loaded:
        host = find(loaded, name)
        with connected(host):
            yield host


@contextmanager
def data_of(name: str | None = None, inventory: str | None = None) -> Iterator[Host]:
    """The same, but not connected: what its data says is known without it.

    Raises:
        DockwrightError: no such inventory or box.

    Example::

        with data_of() as host:
            host.data.get("dockwright_images")
    """
    with load(inventory) as loaded:
        host = find(loaded, name)
        with _current(ctx_host, host):
            yield host


@contextmanager
def load(
    inventory: str | None = None, skip: Sequence[str] = (), purpose: Purpose = COMMAND
) -> Iterator[Inventory]:
    """The inventory with its group_data, as pyinfra's current one; nothing is connected yet.

    Args:
        inventory: a file, or all else that pyinfra's command takes, such as ``@local``; None for
            ``$DOCKWRIGHT_INVENTORY``, else what is in ``inventories/`` of the current folder.
        skip: boxes or groups that nothing is to be asked of, beside those that the data says are
            away.
        purpose: what the run is for.

    Raises:
        DockwrightError: there is none, it has no box, or it cannot be read; a lab that is down.

    Example::

        with load() as loaded:
            [host.name for host in loaded]
        # ['docker', 'registry']
    """
    where = named_inventory(inventory)
    if not Path(where).exists() and (where.endswith(".py") or ("/" in where and "@" not in where)):
        raise DockwrightError(
            f"inventory {where}: no such file in {Path.cwd()}; name one with -i, or in {VARIABLE}"
        )
    if Path(where).is_dir():
        raise DockwrightError(f"inventory {where}: a folder; name a file in it")
    state = State()
    state.cwd = str(Path.cwd())
    this_run(state).purpose = purpose
    with _current(ctx_state, state):
        made = _made(where, state.cwd)
        if not len(made):
            raise DockwrightError(f"inventory {where}: no box in it; put one into docker_hosts")
        try:
            state.init(made, None)
        except PyinfraError as error:  # data of a box that its connector does not take
            raise DockwrightError(f"inventory {where}: {error}; see its hosts") from error
        with _current(ctx_inventory, made):
            leave_out(state, _absent(made, skip))
            yield made


def _absent(inventory: Inventory, skip: Sequence[str]) -> dict[Host, str]:
    known = {str(host.name): host for host in inventory}
    whys = away({name: host.data.dict() for name, host in known.items()})  # type: ignore[no-untyped-call]
    skipped = dict.fromkeys(members(inventory, skip), "left out by --skip")
    return {**{known[name]: why for name, why in whys.items()}, **skipped}


def members(inventory: Inventory, names: Sequence[str]) -> list[Host]:
    """The boxes that ``names`` mean, which are boxes or groups.

    Raises:
        DockwrightError: the inventory has no such box or group.

    Example::

        members(loaded, ["docker_hosts"])
    """
    hosts: list[Host] = []
    for name in names:
        hosts += inventory.get_group(name, default=[]) or [_named(inventory, name)]
    return list(dict.fromkeys(hosts))


def present(inventory: Inventory) -> list[Host]:
    """The boxes of the inventory but for those that are left out.

    Raises:
        DockwrightError: there is no other.

    Example::

        present(loaded)
    """
    hosts = [host for host in inventory if why_absent(host) is None]
    if not hosts:
        whys = "; ".join(f"{host.name} {why_absent(host)}" for host in inventory)
        raise DockwrightError(f"no box is left to be asked: {whys}")
    return hosts


def meant(inventory: Inventory, limit: Sequence[str]) -> list[Host]:
    """Those of `present` that ``limit`` names, which are boxes or groups; all where it is empty.

    Raises:
        DockwrightError: there is no other, no such box or group, or one that is named is left out.

    Example::

        meant(loaded, ["docker_hosts"])
    """
    hosts = present(inventory)
    if not limit:
        return hosts
    wanted = members(inventory, limit)
    for name in limit:
        if not inventory.get_group(name, default=[]):
            find(inventory, name)  # who is named and left out is a contradiction
    hosts = [host for host in hosts if host in wanted]
    if not hosts:
        raise DockwrightError(f"--limit {', '.join(limit)}: all of it is left out or away")
    return hosts


def find(inventory: Inventory, name: str | None = None) -> Host:
    """The box ``name`` of the inventory; None for the one that builds, or is next to it.

    Raises:
        DockwrightError: no such box, or it is left out; or none is named, and no group says which.

    Example::

        find(loaded).name  # 'docker'
    """
    if name is not None:
        named = _named(inventory, name)
        if (why := why_absent(named)) is not None:
            raise DockwrightError(f"box {name}: {why}; take that back, or name another box")
        return named
    left = present(inventory)
    for group in ("builders", "docker_hosts"):
        for host in inventory.get_group(group, default=[]):
            if host in left:
                return host
    if len(left) == 1:
        return left[0]
    names = ", ".join(str(host.name) for host in left)
    raise DockwrightError(
        f"inventory: no box in group builders or docker_hosts; name one of {names} with --box"
    )


def _named(inventory: Inventory, name: str) -> Host:
    known = {str(host.name): host for host in inventory}
    if name not in known:
        raise DockwrightError(f"box {name}: not in the inventory; {hint(name, known)}")
    return known[name]


@contextmanager
def connected(host: Host) -> Iterator[None]:
    """Hold the connection to ``host``, which is pyinfra's current host for that long.

    Host keys are checked as the inventory says; the lab's takes no key that it does not know.

    Raises:
        DockwrightError: it cannot be reached, does not let us in, or is not who it was; or a
            fact of it fails.

    Example::

        with connected(host):
            host.get_fact(Images)
    """
    reach(host)
    remember(host)
    with _current(ctx_host, host):
        try:
            yield
        # a fact that fails ends pyinfra's run; a sudo that asks finds nobody to answer
        except (PyinfraError, EOFError) as error:
            raise DockwrightError(
                f"box {host.name}: {str(error) or 'no answer to its question'}; see above, and "
                "that its user may use sudo without a password"
            ) from error
        finally:
            host.disconnect()


def _made(where: str, folder: str) -> Inventory:
    if folder not in sys.path:
        sys.path.append(folder)  # as pyinfra's command does: an inventory may import from there
    try:
        with user_file(where):
            made: Inventory = make_inventory(where, cwd=folder)
    except DockwrightError as error:
        # words on the command line are no file
        cause = error.__cause__
        if isinstance(cause, PyinfraError | click.ClickException) and not Path(where).is_file():
            words = shown(" ".join(str(cause).split()), 300)
            raise DockwrightError(f"inventory {where}: {words}; see its hosts") from error
        raise
    return made


@contextmanager
def _current(context: ContextManager, value: object) -> Iterator[None]:
    """pyinfra's own ``use`` does not put the former value back after an error."""
    former = context.get()  # type: ignore[no-untyped-call]
    context.set(value)  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        context.set(former)  # type: ignore[no-untyped-call]
