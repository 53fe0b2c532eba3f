"""What pyinfra was asked for when it connected, and how an exception is looked into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from traceback import walk_tb

from dockwright.errors import shown

SSH_PORT = 22

# What of ~/.ssh/config stands for a datum of the inventory, where a jump host is at fault.
_OF_CONFIG = {
    "ssh_hostname": "HostName",
    "ssh_port": "Port",
    "ssh_user": "User",
    "ssh_key": "IdentityFile",
    "ssh_password": "IdentityFile",
}


@dataclass(frozen=True)
class Asked:
    """Where, as whom and by which key; of ~/.ssh/config what is known of it.

    ``key`` is the box's ssh_key; ``keys`` are the files that are tried where it has none, and
    ``agent`` is whether the SSH agent's are. ``said`` is what the server told before it let
    nobody in. ``absent`` is the way out where the box does not answer at all. ``is_jump``: it is
    a jump host that is asked for.
    """

    box: str  # its name in the inventory
    address: str  # host name or IP address
    port: int = SSH_PORT  # of the SSH server
    user: str = ""  # of the login; empty: not known
    key: str = ""
    keys: tuple[str, ...] = ()
    agent: bool = False
    passphrase: bool = False  # whether the box has an ssh_key_password
    password: bool = False  # whether it has an ssh_password
    known_hosts: str = "~/.ssh/known_hosts"  # the file of host keys
    config: str = "~/.ssh/config"  # the file with the SSH settings of hosts
    proxy: str = ""  # its ProxyCommand; empty: none
    seconds: float = 10  # that a connection may take
    said: str = ""
    absent: str = "see that it is up, its address, and the firewalls between"
    is_jump: bool = False

    def its(self, name: str) -> str:
        """The datum ``name`` of the inventory, or what a jump host has in its place."""
        return f"its {_OF_CONFIG[name]} in {self.config}" if self.is_jump else name

    @property
    def at(self) -> str:
        """Where the SSH server should be."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{shown(host)}:{self.port}"

    @property
    def known_as(self) -> str:
        """Its name in known_hosts."""
        host = shown(self.address)
        return host if self.port == SSH_PORT else f"[{host}]:{self.port}"

    @property
    def who(self) -> str:
        """The user and what was shown for proof, as an error has them."""
        tried = [f"key {self.key}"] if self.key else [f"key {file}" for file in self.keys]
        tried += ["the agent's keys"] if self.agent and not self.key else []
        tried += ["a password"] if self.password else []
        return shown(", ".join([f"user {self.user or 'unknown'}", *tried]), 200)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """``error`` and what it came from, which tells more."""
    known: list[BaseException] = []
    while error is not None and error not in known:
        yield error
        known.append(error)
        error = error.__cause__ or error.__context__


def functions(error: BaseException) -> dict[str, dict[str, object]]:
    """The functions that ``error`` came through, by name, with their variables.

    Paramiko and pyinfra raise the same words at several places.
    """
    return {frame.f_code.co_name: frame.f_locals for frame, _ in walk_tb(error.__traceback__)}


def words(error: BaseException) -> str:
    """What ``error`` is and says, in one line."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}{f': {shown(said, 200)}' if said else ''}"
