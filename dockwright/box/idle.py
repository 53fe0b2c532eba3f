"""Sessions that are kept open for the next use, given back where somebody else waits for one.

An HTTP client keeps its connections to an engine, pyinfra its one connection for files. A session
that nobody uses must not be what another waits for: with a small `MaxSessions` that would be for
ever. Used by `engine.client` and, for pyinfra's files, by `box.pulse`.
"""

from __future__ import annotations

import queue
from typing import Any

import urllib3
from pyinfra.api.host import Host
from pyinfra.connectors.ssh import SSHConnector

from dockwright.box.begun import under_way
from dockwright.box.channels import Budget, budget_of
from dockwright.box.connection import by_ssh
from dockwright.box.inside.connections import Transfer, close_files, on_each_file

_KEPT = "dockwright_files"  # an attribute of pyinfra's connector


class IdlePool(urllib3.HTTPConnectionPool):
    """Connections that are each a session of ``host``: idle ones are closed where one is waited
    for, and else kept, up to ``maxsize``.
    """

    def __init__(self, host: Host, name: str, **options: Any) -> None:
        super().__init__(name, **options)
        self._host = host
        self._known: Budget | None = None

    def give_back(self) -> None:
        """Close what nobody uses."""
        while self.pool is not None:
            try:
                connection = self.pool.get(block=False)
            except queue.Empty:
                return  # the next request makes a new one
            if connection is not None:
                connection.close()

    def _put_conn(self, connection: Any) -> None:
        budget = self._budget()
        if connection is not None and budget is not None and budget.is_waited_for:
            connection.close()
            connection = None
        super()._put_conn(connection)

    def _budget(self) -> Budget | None:
        """That of the present connection: a box that was rebooted has another one."""
        connector = by_ssh(self._host)
        budget = None if connector is None else budget_of(connector)
        if budget is not None and budget is not self._known:
            budget.gives_back(self.give_back)
            self._known = budget
        return budget


class _Files:
    """pyinfra's connection for files, by which it reads and writes them one after the other."""

    def __init__(self, connector: SSHConnector, budget: Budget) -> None:
        self._connector, self._budget, self._busy = connector, budget, 0
        on_each_file(connector, self._counted)
        budget.gives_back(self.give_back)

    def _counted(self, transfer: Transfer) -> Transfer:
        def counted(*args: Any, **kwargs: Any) -> None:
            self._busy += 1
            try:
                with under_way():
                    transfer(*args, **kwargs)
            finally:
                self._busy -= 1
                if self._budget.is_waited_for:
                    self.give_back()

        return counted

    def give_back(self) -> None:
        """Close it where no file is on its way; pyinfra opens another for the next one."""
        if not self._busy:
            close_files(self._connector)


def give_back_files(connector: SSHConnector) -> None:
    """Have pyinfra's connection for files closed where a session of ``connector`` is waited for.

    Example::

        give_back_files(host.connector)
    """
    budget = budget_of(connector)
    if budget is not None and _KEPT not in vars(connector):
        vars(connector)[_KEPT] = _Files(connector, budget)
