"""pyinfra's SSH connections: its connection for files, sudo's password, its SSH settings, and
where in it an error came from.

Used by what connects (`dockwright.box.reach`, `dockwright.box.causes`), asks (`dockwright.box.ask`)
and counts sessions (`dockwright.box.idle`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from pyinfra.api.host import Host
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.connectors.sshuserclient.client import get_ssh_config

_USES = "dockwright_uses"  # an attribute of pyinfra's connector
Transfer = Callable[..., None]
# Name or address, port, and user.
Hop = tuple[str, int, str]

# Functions of pyinfra that an error may have come through: it raises the same words at several
# places, and each of these is a cause of its own.
READS_SETTINGS = "get_ssh_config"  # ~/.ssh/config
TAKES_SETTINGS = "parse_config"  # what it says of a box; jump hosts are connected in there
LOADS_KEY = "_load_private_key_file"
ASKS_OF_HOST_KEY = "missing_host_key"  # it asks on standard input
KEEPS_HOST_KEY = "append_hostkey"


def jump_host(variables: Mapping[str, object]) -> Hop | None:
    """The jump host that pyinfra was at, by the variables of TAKES_SETTINGS.

    What fails there, pyinfra tells as if it had failed at the box itself.

    Example:
        >>> jump_host({"hop_hostname": "gate", "hop_config": {"port": 22, "username": "ann"}})
        ('gate', 22, 'ann')
        >>> jump_host({})
    """
    config = variables.get("hop_config")
    if not isinstance(config, dict):
        return None
    port, user = config.get("port"), config.get("username")
    return str(variables.get("hop_hostname")), int(port or 22), str(user or "")


def ssh_settings(file: str | None, name: str) -> dict[str, Any]:
    """What ~/.ssh/config, or ``file``, has of ``name`` as pyinfra reads it; raises what that does.

    Example::

        ssh_settings(None, "docker").get("user")  # 'vagrant'
    """
    config = get_ssh_config(file)
    return dict(config.lookup(name)) if config else {}


def has_agent(connector: object) -> bool:
    """Whether keys of an SSH agent were tried; the client alone knows.

    Example::

        has_agent(host.connector)  # False
    """
    agent = getattr(getattr(connector, "client", None), "_agent", None)
    return bool(getattr(agent, "get_keys", tuple)())


def known_hosts(connector: object) -> str | None:
    """The file of host keys that was looked into, None before; ~/.ssh/config may name another.

    Example::

        known_hosts(host.connector)  # '/home/ann/.ssh/known_hosts'
    """
    return getattr(getattr(connector, "client", None), "_host_keys_filename", None)


def prompted_password(host: Host) -> str | None:
    """The password for sudo that pyinfra has asked a person for; None where it has not.

    Example::

        prompted_password(host)
    """
    password: str | None = host.connector_data.get("prompted_sudo_password")
    return password


def askpass_key(folder: str) -> str:
    """Where in its connector's data pyinfra keeps the path of the program that tells sudo the
    password, which lies in ``folder``; it makes none where there is one.

    Example:
        >>> askpass_key("/tmp")
        'sudo_askpass_path__/tmp'
    """
    return f"sudo_askpass_path__{folder}"


def on_each_file(connector: SSHConnector, wrapped: Callable[[Transfer], Transfer]) -> None:
    """Have each file that pyinfra reads or writes come through ``wrapped``.

    Its connection for files is a session that it keeps for ever; who is to close that has to know
    whether a file is on its way.

    Example::

        on_each_file(host.connector, counted)
    """
    for name in ("_get_file", "_put_file"):
        vars(connector)[name] = wrapped(getattr(connector, name))


def on_each_use(connector: object, within: Callable[[], AbstractContextManager[None]]) -> None:
    """Have each command that pyinfra itself runs, and each file, be within ``within()``; once.

    Its connectors tell nobody when they are used, as by a deploy file outside of operations.

    Example::

        on_each_use(host.connector, under_way)
    """
    own = vars(connector)
    if own.get(_USES):
        return
    own[_USES] = True
    for name in ("run_shell_command", "get_file", "put_file", "rsync"):
        if (use := getattr(connector, name, None)) is not None:
            own[name] = _within(use, within)


def _within(
    use: Callable[..., Any], within: Callable[[], AbstractContextManager[None]]
) -> Callable[..., Any]:
    @wraps(use)
    def counted(*args: Any, **kwargs: Any) -> Any:
        with within():
            return use(*args, **kwargs)

    return counted


def close_files(connector: SSHConnector) -> None:
    """Close pyinfra's connection for files, if there is one; it opens another for the next file.

    pyinfra's own way closes those of all boxes.

    Example::

        close_files(host.connector)
    """
    kept = SSHConnector.get_file_transfer_connection.cache
    # as pyinfra's memoize writes its arguments
    client = kept.pop(f"{(connector,)}{{}}", None)
    if client is not None:
        client.close()
