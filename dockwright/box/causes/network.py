"""Causes on the way to the SSH server: its name, its address, its greeting, a jump host."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence

from paramiko import ChannelException
from paramiko.ssh_exception import IncompatiblePeer, NoValidConnectionsError

from dockwright.box.causes.asked import Asked, chain, functions, words
from dockwright.box.inside.connections import TAKES_SETTINGS, Hop, jump_host
from dockwright.errors import shown

_UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN)
_FORBIDDEN = 1  # RFC 4254, 5.1: administratively prohibited


def name(error: BaseException, asked: Asked) -> str | None:
    """A host name that nobody knows, or nobody can be asked for."""
    if isinstance(error, socket.gaierror):
        if error.errno == socket.EAI_AGAIN:
            return (
                f"no name server answers ({shown(asked.address)}); see /etc/resolv.conf of this "
                f"machine, or give the address in {asked.its('ssh_hostname')}"
            )
        return (
            f"no such host name ({shown(asked.address)}); correct {asked.its('ssh_hostname')}, or "
            "its name where it has none"
        )
    if isinstance(error, UnicodeError) and "_families_and_addresses" in functions(error):
        return f"no host name ({shown(asked.address)}); correct {asked.its('ssh_hostname')}"
    return None


def refused(error: BaseException, asked: Asked) -> str | None:
    """No SSH server at the address, or no way to it."""
    if isinstance(error, NoValidConnectionsError):
        by_address = list(error.errors.values())
        closed = [one for one in by_address if isinstance(one, ConnectionRefusedError)]
        return refused((closed or by_address)[0], asked)
    if isinstance(error, ConnectionRefusedError):
        port = asked.its("ssh_port")
        return f"connection refused ({asked.at}); start its SSH server, or correct {port}"
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return (
            f"no route to it ({asked.at}: {error.strerror}); see its address, and the network of "
            "this machine"
        )
    return None


def greeting(error: BaseException, asked: Asked) -> str | None:
    """What answers does not greet, or not as an SSH server of this time."""
    if isinstance(error, IncompatiblePeer):
        return (
            f"its SSH server and ours have no method in common ({asked.at}: {words(error)}); "
            "bring its SSH server up to date"
        )
    text = str(error)
    if "Indecipherable protocol version" in text or "Invalid SSH banner" in text:
        return f"what answers is no SSH server ({asked.at}); correct {asked.its('ssh_port')}"
    if greets_not(error):
        if any(isinstance(one, EOFError | ConnectionError) for one in chain(error)):
            return (
                f"the connection is closed before an SSH server greets ({asked.at}); see the log "
                f"of its SSH server, and {asked.its('ssh_port')}"
            )
        return (
            f"connected, and no SSH server greets ({asked.at}, {asked.seconds:g} s); see that "
            f"its SSH server is not stuck, and {asked.its('ssh_port')}"
        )
    return None


def silence(error: BaseException, asked: Asked) -> str | None:
    """Time ran out: asked for last, since what came before may have a better word for it."""
    if isinstance(error, TimeoutError):
        return f"no answer ({asked.at}, {asked.seconds:g} s); {asked.absent}"
    return None


def greets_not(error: BaseException) -> bool:
    """Whether paramiko waited for the server's side of the beginning."""
    # where our own time runs out before paramiko's, it goes on and finds no key of the server
    return "protocol banner" in str(error) or "get_remote_server_key" in functions(error)


def hop(errors: Sequence[BaseException]) -> Hop | None:
    """The jump host that pyinfra was at: it raises there what it raises of the box itself."""
    for error in errors:
        jump = jump_host(functions(error).get(TAKES_SETTINGS, {}))
        if jump is not None:
            return jump
    return None


def forwarding(errors: Sequence[BaseException], jump: Hop, asked: Asked) -> str | None:
    """A jump host that lets us in, and not through."""
    for error in errors:
        if isinstance(error, ChannelException):
            where = shown(jump[0])
            if error.code == _FORBIDDEN:
                return (
                    f"jump host {where} forbids forwarding (to {asked.at}); allow it there with "
                    "AllowTcpForwarding, or take another ProxyJump"
                )
            return (
                f"jump host {where} does not reach it ({asked.at}: {shown(error.text)}); "
                "see that it is up, and its address as the jump host knows it"
            )
    return None
