"""How many sessions an SSH connection has at a time, and who waits for the next one.

An SSH server opens a number of sessions for a connection (sshd ten: MaxSessions) and refuses the
next one. Questions, programs, streams to an engine, and pyinfra's own commands and files all take
one. So they are counted where each of them is opened, in paramiko's transport, and what is more
than the budget waits in a queue. A server that refuses before has a smaller budget from then on,
which is tried again later: a program that outlives its channel holds its session for a while.
What forwards to a registry (`box.tunnel`) is no session, and sshd does not count it.

Called by `box.connection`, which opens ours, and by `box.pulse`, which sees every connection.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, cast
from weakref import WeakMethod

import gevent
from paramiko import Channel, ChannelException, SSHException, Transport
from pyinfra.connectors.ssh import SSHConnector

from dockwright.box.begun import begins
from dockwright.box.spare import Spare

# The budget of one connection, all of it decided here. Fewer than sshd's ten: what was closed here
# may end there a moment later.
MOST = 8
# Of those, connections to the engine that are kept for the next question of somebody,
IDLE = 3
# and what one piece of work may take: builds over SSH, pulls, pushes. The last one is the lock's of
# the run; who asks a fact meanwhile, or brings a file, is given one that is idle.
AT_WORK = 4
WAITS = 30.0  # seconds in the queue
# Seconds after which one more than a server took is tried again.
_GROWS = 2.0
_LOOKS = 0.5  # seconds: whether the connection still stands, and the budget has grown
_SHORTAGE = 4  # SSH's number for a shortage of resources
_OTHERS = "a command of pyinfra's"
_KEPT = "dockwright_budget"  # an attribute of paramiko's transport


class NoChannel(ChannelException):
    """No session came free in time; its text says what waited, for how long, and for how many."""


class Budget:
    """The sessions of one connection.

    Args:
        make: opens a session, or raises ChannelException where the server refuses.
        is_active: whether the connection stands; one that does not is nothing to wait for.
        most: sessions at a time.
        known: numbers of the channels that the connection knows; one that nobody holds any more is
            dropped by paramiko, which then tells nobody of its end.
    """

    def __init__(
        self,
        make: Callable[..., Channel],
        is_active: Callable[[], bool] = lambda: True,
        most: int = MOST,
        known: Callable[[], Collection[int]] | None = None,
    ) -> None:
        self._make, self._is_active, self._most = make, is_active, most
        self._known = known
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()
        self._open: set[int] = set()
        self._opening = 0
        self._has_opened = False
        self._taken, self._refused_at = most, 0.0
        self._idle: list[WeakMethod[Callable[[], None]]] = []
        self.spare = Spare(self._beside)

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for a session: what is idle is to be given back."""
        return bool(self._queue)

    def gives_back(self, method: Callable[[], None]) -> None:
        """Have ``method``, a bound one, called where a session is waited for: it closes idle ones.

        Example::

            budget.gives_back(pool.give_back)
        """
        self._idle.append(WeakMethod(method))

    def holds(self, channel: int) -> None:
        """Count a session, by its number, that was opened by another way."""
        with self._changed:
            self._has_opened = True
            self._open.add(channel)

    def closed(self, channel: int) -> None:
        """Take note that a session, by its number, is at its end."""
        with self._changed:
            self._open.discard(channel)
            self._changed.notify_all()

    def session(
        self,
        what: str = _OTHERS,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
        waits: float | None = None,
        **arguments: Any,
    ) -> Channel:
        """A session, once it is the caller's turn.

        Args:
            what: what it is for, as an error says it.
            within: entered while it is opened: a limit of time, which the queue has no part in.
            waits: seconds in the queue, by default 30.
            arguments: for paramiko, which opens it.

        Raises:
            NoChannel: none came free.
            SSHException: the server refuses the first of all, or the connection is gone.

        Example::

            budget.session("its images").exec_command("docker images")
        """
        if not arguments and (spare := self.spare.take()) is not None:
            return cast(Channel, spare)
        waits = WAITS if waits is None else waits
        ticket, until = object(), time.monotonic() + waits
        self._queue.append(ticket)
        try:
            while True:
                self._await_turn(ticket, until, what, waits)
                try:
                    with within():
                        channel = self._make(**arguments)
                except SSHException as error:
                    if not _is_refusal(error):
                        self._through()
                        raise
                    if not self._refused(ticket) or time.monotonic() >= until:
                        raise
                    continue
                except BaseException:  # a limit of time, too
                    self._through()
                    raise
                self._through(channel)
                return channel
        finally:
            with self._changed, suppress(ValueError):
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _await_turn(self, ticket: object, until: float, what: str, waits: float) -> None:
        asked_back = False
        while True:
            with self._changed:
                if self._queue[0] is ticket and self._used < self._budget():
                    self._queue.popleft()
                    self._opening += 1
                    self._changed.notify_all()
                    return
                if not self._is_active():
                    self._queue.remove(ticket)
                    self._opening += 1
                    return  # paramiko says why
                if (left := until - time.monotonic()) <= 0:
                    raise NoChannel(
                        _SHORTAGE,
                        f"none of {max(self._used, 1)} came free for {what} within {waits:g} s",
                    )
                if asked_back:
                    self._changed.wait(min(left, _LOOKS))
            if not asked_back:
                asked_back = True
                self._ask_back()

    def _beside(self) -> Channel | None:
        """A session that nobody waits for; None where it would be one that somebody else needs."""
        with self._changed:
            if self._queue or self._used >= self._budget() // 2:
                return None
            self._opening += 1
        try:
            channel = self._make()
        except BaseException:
            self._through()
            raise
        self._through(channel)
        if not self._queue:
            return channel
        channel.close()
        return None

    def _ask_back(self) -> None:
        self.spare.give_back()
        for reference in [*self._idle]:
            if (give_back := reference()) is None:
                self._idle.remove(reference)
            else:
                give_back()

    @property
    def _used(self) -> int:
        if self._known is not None:
            self._open.intersection_update(self._known())
        return len(self._open) + self._opening

    def _budget(self) -> int:
        grown = int((time.monotonic() - self._refused_at) / _GROWS)
        return min(self._most, self._taken + grown)

    def _refused(self, ticket: object) -> bool:
        """Take note of how many the server took; whether waiting may help."""
        with self._changed:
            self._opening -= 1
            self._taken, self._refused_at = max(self._used, 1), time.monotonic()
            self._queue.appendleft(ticket)
            nothing_ends = not self._used
        if nothing_ends and self._has_opened:
            gevent.sleep(_LOOKS / 5)  # one that was closed here has not ended there
        return self._has_opened

    def _through(self, channel: Channel | None = None) -> None:
        with self._changed:
            self._opening -= 1
            if channel is not None:
                self._has_opened = True
                # it may have ended already
                if not channel.closed:
                    self._open.add(channel.get_id())
            self._changed.notify_all()


def _is_refusal(error: SSHException) -> bool:
    # of two that are refused at once, paramiko has the reason of one
    return isinstance(error, ChannelException) or str(error) == "Unable to open channel."


def budget_of(connector: SSHConnector) -> Budget | None:
    """The budget of pyinfra's connection, counted from the first call on; None without one.

    Example::

        budget_of(host.connector).is_waited_for  # False
    """
    transport = connector.client.get_transport() if connector.client else None
    if transport is None:
        return None
    known = vars(transport).get(_KEPT)
    if known is None:
        known = vars(transport)[_KEPT] = _counted(transport)
    return known


def _counted(transport: Transport) -> Budget:
    """Stand where the transport opens its channels and forgets them: it tells nobody else."""
    open_any, forget = transport.open_channel, transport._unlink_channel  # type: ignore[attr-defined]
    channels = transport._channels  # type: ignore[attr-defined]
    budget = Budget(
        lambda **arguments: open_any("session", **arguments),
        transport.is_active,
        known=lambda: [channel.get_id() for channel in channels.values()],
    )

    def open_channel(kind: str, *args: Any, **arguments: Any) -> Channel:
        if kind != "session" or args:
            return open_any(kind, *args, **arguments)
        begins()  # a session that is not of `box.connection`
        return budget.session(**arguments)

    def unlink(channel: int) -> None:
        forget(channel)
        budget.closed(channel)

    for channel in channels.values():
        budget.holds(channel.get_id())
    vars(transport).update(open_channel=open_channel, _unlink_channel=unlink)
    return budget
