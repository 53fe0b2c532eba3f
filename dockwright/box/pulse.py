"""Whether a box is still there while a command is at work on it, whoever runs that command.

A command may be silent for as long as it likes. The SSH server of a box that stands still, or is
gone from the network, answers nothing, and TCP tells nobody: what reads from it, pyinfra's own
commands too, would wait for ever. So the server is asked now and then, and the connection to one
that does not answer is ended, which ends all that waits for it.
"""

from __future__ import annotations

from weakref import WeakSet

import gevent
from paramiko import Transport
from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.ask import patience, telling
from dockwright.box.connection import by_ssh
from dockwright.box.idle import give_back_files
from dockwright.box.this_run import this_run

_EVERY = 20.0  # seconds
# OpenSSH's name for it: a server that does not know it says so, which is an answer.
_REQUEST = "keepalive@openssh.com"
_watched: WeakSet[Transport] = WeakSet()


def watch(host: Host) -> None:
    """Watch over the connection to ``host`` until it is closed; nothing where it is not by SSH.

    Example::

        watch(host)
    """
    if (connector := by_ssh(host)) is None or connector.client is None:
        return
    transport = connector.client.get_transport()
    if transport is None or transport in _watched:
        return
    _watched.add(transport)
    give_back_files(connector)  # and pyinfra's own sessions are counted from here on
    gevent.spawn(_watching, host, transport)


def _watching(host: Host, transport: Transport) -> None:
    limit = patience(host)
    while transport.is_active():
        gevent.sleep(min(limit, _EVERY))
        if transport.is_active() and not _answers(host, transport, limit):
            why = (
                f"box {host.name}: no answer of its SSH server for {limit:g} s, and its connection "
                "is ended; see that it is up, and run it again"
            )
            this_run(host.state).silent[host] = why
            log.error(host, why)
            transport.close()


def _answers(host: Host, transport: Transport, limit: float) -> bool:
    with telling(host, "its SSH server"), gevent.Timeout(limit, False):
        transport.global_request(_REQUEST, wait=True)
        return True
    # ended by the limit; one that was closed meanwhile is nobody's fault
    return not transport.is_active()
