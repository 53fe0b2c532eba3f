"""A box connected; whatever keeps us from it becomes one line of ours."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from paramiko import ProxyCommand
from pyinfra.api.exceptions import ConnectError
from pyinfra.api.host import Host

from dockwright.box.absent import why_absent
from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.box.causes import Asked, line
from dockwright.box.causes.asked import SSH_PORT
from dockwright.box.connection import by_ssh, name_of, no_delay
from dockwright.box.inside.connections import has_agent, known_hosts, ssh_settings
from dockwright.box.privilege import UID
from dockwright.errors import BoxError, DockwrightError, shown

_KEYS = ("id_rsa", "id_ecdsa", "id_ed25519")  # those that paramiko looks for


class NotReached(DockwrightError):
    """A box that can't be connected; the text says why, and the way out.

    Example:
        >>> raise NotReached("box docker: connection refused (10.0.0.1:22); start its SSH server")
        Traceback (most recent call last):
        ...
        dockwright.box.reach.NotReached: box docker: connection refused (10.0.0.1:22); ...
    """


def reach(host: Host, absent: str = "", reason: str | None = None) -> None:
    """Connect ``host``, and see that its user may run commands.

    Args:
        host: of an inventory.
        absent: the way out where it does not answer at all; empty for one that fits everywhere.
        reason: told behind pyinfra's ``Connected``.

    Raises:
        NotReached: whatever the cause; of a box that is left out of its run, that.

    Example::

        reach(host)
    """
    if (why := why_absent(host)) is not None:
        raise NotReached(f"box {host.name}: {why}; nothing is asked of it")
    if host.connected:
        return
    if by_ssh(host) is not None:
        _make_folder_of_keys()
    try:
        host.connect(reason=reason, show_errors=False, raise_exceptions=True)
    # pyinfra passes some through as they are: a key's file, a broken ~/.ssh/config
    except Exception as error:
        why = _why(host, error, absent)
        _drop(host)
        raise NotReached(why) from error
    if (connector := by_ssh(host)) is not None:
        no_delay(connector)
        _answers(host)


def _make_folder_of_keys() -> None:
    """``~/.ssh``, which OpenSSH makes too: a first connection keeps the box's key there."""
    with suppress(OSError):  # what can't be made is told where the key can't be kept
        Path("~/.ssh").expanduser().mkdir(mode=0o700, exist_ok=True)


def _answers(host: Host) -> None:
    """An account without a shell lets us in, and gives every question the same answer."""
    try:
        host.connector_data[UID] = ask(host, Question("id -u", "its user")).said.strip()
    except BoxError as error:
        host.disconnect()
        raise NotReached(str(error)) from error


def _drop(host: Host) -> None:
    """End what is left of a connection; at the very end paramiko would do so with a traceback."""
    client: Any = getattr(host.connector, "client", None)
    transport = client.get_transport() if client else None
    if transport is None:
        return
    if isinstance(transport.sock, ProxyCommand):
        # its own close sends a signal to a number, which is nobody's where the program has ended
        transport.sock.process.terminate()
        transport.sock.close = bool  # type: ignore[assignment]
    client.close()


def _why(host: Host, error: Exception, absent: str) -> str:
    if by_ssh(host) is not None:
        return line(error, _asked(host, absent))
    text = str(error) if isinstance(error, ConnectError) else f"{type(error).__name__}: {error}"
    return (
        f"box {host.name}: cannot be reached by {name_of(host)} ({shown(text, 200)}); see its data"
    )


def _asked(host: Host, absent: str) -> Asked:
    data = host.data
    name = str(data.get("ssh_hostname") or host.name)
    settings = _settings(data.get("ssh_config_file"), name)
    client: Any = getattr(host.connector, "client", None)
    transport = client.get_transport() if client else None
    asked = Asked(
        box=str(host.name),
        address=str(settings.get("hostname") or name),
        port=_number(data.get("ssh_port") or settings.get("port")),
        user=str(data.get("ssh_user") or settings.get("user") or getpass.getuser()),
        key=str(data.get("ssh_key") or ""),
        keys=tuple(_keys(settings, bool(data.get("ssh_look_for_keys", default=True)))),
        agent=has_agent(host.connector),
        passphrase=bool(data.get("ssh_key_password")),
        password=bool(data.get("ssh_password")),
        known_hosts=_short(known_hosts(host.connector) or "~/.ssh/known_hosts"),
        config=str(data.get("ssh_config_file") or "~/.ssh/config"),
        proxy=str(settings.get("proxycommand") or ""),
        seconds=float(host.state.config.CONNECT_TIMEOUT),
        said=((transport and transport.get_banner()) or b"").decode("utf-8", "replace"),
    )
    return replace(asked, absent=absent) if absent else asked


def _settings(file: str | None, name: str) -> dict[str, Any]:
    """What ~/.ssh/config has of the box; nothing where that file is the cause itself."""
    try:
        return ssh_settings(file, name)
    except Exception:  # noqa: BLE001  # a loop of Include is a plain Exception
        return {}


def _keys(settings: Mapping[str, Any], looks: bool) -> Iterator[str]:
    yield from (file for file in settings.get("identityfile", ()) if _there(file))
    if looks:
        yield from (file for name in _KEYS if _there(file := f"~/.ssh/{name}"))


def _short(file: str) -> str:
    home = str(Path.home())
    return f"~{file[len(home) :]}" if file.startswith(f"{home}/") else file


def _there(file: str) -> bool:
    return Path(file).expanduser().is_file()


def _number(port: object) -> int:
    return int(port) if isinstance(port, int | str) and str(port).isdigit() else SSH_PORT
