"""Each cause that keeps us from a box has its own words: made by real servers on loopback."""

from __future__ import annotations

import errno
import io
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko
import pytest
from paramiko.ssh_exception import NoValidConnectionsError
from pyinfra.api import Config, Inventory, State
from pyinfra.connectors.sshuserclient import client as ssh_client

from dockwright.box.causes import Asked, line
from dockwright.box.reach import NotReached, reach
from tests.ssh_server import HOST_KEY, Server, answering, closed_port, serving

KEY = paramiko.RSAKey.generate(2048)
OTHER = paramiko.ECDSAKey.generate()


@dataclass
class Here:
    """This machine's side: a home folder, a key, and servers that end with the test."""

    home: Path
    servers: ExitStack

    def port(self, server: Server | None = None) -> int:
        return self.servers.enter_context(serving(server or Server(keys=(KEY,))))

    def greeting(self, greet: Callable[[socket.socket], None]) -> int:
        return self.servers.enter_context(answering(greet))

    def file(self, name: str, content: str | bytes) -> str:
        path = self.home / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def why(self, **data: Any) -> str:
        """What is said of a box with this data."""
        seconds = data.pop("seconds", 3)
        given = {
            "ssh_hostname": "127.0.0.1",
            "ssh_user": "app",
            "ssh_key": str(self.home / "key"),
            "ssh_known_hosts_file": str(self.home / "known"),
        } | data
        inventory = Inventory(([("docker", {k: v for k, v in given.items() if v is not None})], {}))
        State(inventory, Config(CONNECT_TIMEOUT=seconds))
        host = inventory.get_host("docker")
        try:
            reach(host)
        except NotReached as error:
            return str(error).replace(str(self.home), "HOME")
        host.disconnect()
        return "connected"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    (tmp_path / "home" / ".ssh").mkdir(parents=True)
    for remembered in (ssh_client.get_ssh_config, ssh_client.get_host_keys):
        remembered.cache.clear()
    KEY.write_private_key_file(str(tmp_path / "key"))
    with ExitStack() as servers:
        yield Here(tmp_path, servers)


def _http(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.0 400 Bad Request\r\n" * 200)


def _full(here: Here) -> int:
    """A port whose queue is full: the system takes no further connection, and says nothing."""
    listening = here.servers.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
    for _ in range(4):
        waiting = here.servers.enter_context(socket.socket())
        waiting.setblocking(False)
        waiting.connect_ex(listening.getsockname())
    return int(listening.getsockname()[1])


def _config(here: Here, text: str | bytes) -> dict[str, Any]:
    return {"ssh_port": here.port(), "ssh_config_file": here.file("config", text)}


def _locked(here: Here) -> str:
    KEY.write_private_key_file(str(here.home / "locked"), password="open")
    return str(here.home / "locked")


def _jump(here: Here, server: Server) -> dict[str, Any]:
    port = here.port(server)
    here.file("home/.ssh/known_hosts", f"[localhost]:{port} {_public(HOST_KEY)}\n")
    KEY.write_private_key_file(str(here.home / "home/.ssh/id_rsa"))
    return _config(here, f"Host 127.0.0.1\n  ProxyJump jumper@localhost:{port}\n")


def _public(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {key.get_base64()}"


def _changed(here: Here) -> dict[str, Any]:
    port = here.port()
    file = here.file("known", f"[127.0.0.1]:{port} {_public(OTHER)}\n")
    return {"ssh_port": port, "ssh_known_hosts_file": file}


def _own_keys(here: Here) -> None:
    paramiko.RSAKey.generate(2048).write_private_key_file(str(here.home / "home/.ssh/id_rsa"))
    OTHER.write_private_key_file(str(here.home / "home/.ssh/id_ecdsa"))


def _two_keys(here: Here, ends_after: int) -> dict[str, Any]:
    _own_keys(here)
    return {"ssh_key": None, "ssh_port": here.port(Server(ends_after=ends_after))}


def _without_folder(here: Here) -> dict[str, Any]:
    (here.home / "home/.ssh").rmdir()
    (here.home / "home").rmdir()  # nor can it be made
    return {"ssh_port": here.port(), "ssh_known_hosts_file": None}


def _locked_at_home(here: Here) -> dict[str, Any]:
    KEY.write_private_key_file(str(here.home / "home/.ssh/id_rsa"), password="open")
    return {"ssh_port": here.port(), "ssh_key": None}


def _account(here: Here, answer: str) -> dict[str, Any]:
    return {"ssh_port": here.port(Server(keys=(KEY,), answer=answer.encode()))}


FORBIDDEN = paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
UNREACHED = paramiko.OPEN_FAILED_CONNECT_FAILED

# name of the cause: what is asked for; what is said behind `box docker: `, with * for what varies
CAUSES: dict[str, tuple[Callable[[Here], dict[str, Any]], str]] = {
    "it is let in": (lambda here: {"ssh_port": here.port()}, "connected"),
    "a name that nobody knows": (
        lambda here: {"ssh_hostname": "gone.invalid"},
        # a machine without a name server says so
        "no * (gone.invalid); *ssh_hostname*",
    ),
    "no name at all": (
        lambda here: {"ssh_hostname": "a..b"},
        "no host name (a..b); correct ssh_hostname",
    ),
    "connection refused": (
        lambda here: {"ssh_port": closed_port()},
        "connection refused (127.0.0.1:*); start its SSH server, or correct ssh_port",
    ),
    "time runs out": (
        lambda here: {"ssh_port": _full(here), "seconds": 1},
        "no answer (127.0.0.1:*, 1 s); see that it is up, its address, and the firewalls between",
    ),
    "no greeting": (
        lambda here: {"ssh_port": here.greeting(lambda connection: None), "seconds": 1},
        "connected, and no SSH server greets (127.0.0.1:*, 1 s); see that its SSH server is not "
        "stuck, and ssh_port",
    ),
    "closed before the greeting": (
        lambda here: {"ssh_port": here.greeting(socket.socket.close)},
        "the connection is closed before an SSH server greets (127.0.0.1:*); see the log of its "
        "SSH server, and ssh_port",
    ),
    "no SSH server": (
        lambda here: {"ssh_port": here.greeting(_http)},
        "what answers is no SSH server (127.0.0.1:*); correct ssh_port",
    ),
    "host key changed": (
        _changed,
        "its host key is another than the one known (ecdsa-sha2-nistp256 SHA256:*); is it the box "
        "that you mean? Then run ssh-keygen -f HOME/known -R '[127.0.0.1]:*'",
    ),
    "host key unknown": (
        lambda here: {"ssh_port": here.port(), "ssh_strict_host_key_checking": "yes"},
        "its host key is not known ([127.0.0.1]:*: not in HOME/known); compare it with the box's "
        "own, then run ssh-keyscan -p * 127.0.0.1 >>HOME/known",
    ),
    "host key unknown and nobody to ask": (
        lambda here: {"ssh_port": here.port(), "ssh_strict_host_key_checking": "ask"},
        "its host key is not known ([127.0.0.1]:*: not in HOME/known, and nobody answers); *",
    ),
    "no such checking": (
        lambda here: {"ssh_port": here.port(), "ssh_strict_host_key_checking": "perhaps"},
        "no such checking of host keys (perhaps); write yes, accept-new, ask or no, in "
        "ssh_strict_host_key_checking or ~/.ssh/config",
    ),
    "no folder for the host key": (
        _without_folder,
        "its host key can't be kept (~/.ssh/known_hosts: No such file or directory); make its "
        "folder, with mode 0700, and see its owner",
    ),
    "no key at all": (
        lambda here: {"ssh_port": here.port(), "ssh_key": None},
        "no key to log in with (user app); set ssh_key, or start an SSH agent and ssh-add one",
    ),
    "key refused": (
        lambda here: {"ssh_port": here.port(Server(banner="Go away\x1b[8m"))},
        "the key is refused (user app, key HOME/key; it says: Go away\\x1b[8m); put HOME/key.pub "
        "into authorized_keys of that user there, or correct ssh_user",
    ),
    "login as root refused": (
        lambda here: {"ssh_port": here.port(Server()), "ssh_user": "root"},
        "the login as root is refused (user root, key HOME/key); set ssh_user to a user with "
        "sudo, or see PermitRootLogin and root's authorized_keys there",
    ),
    "key file missing": (
        lambda here: {"ssh_key": str(here.home / "none")},
        "the file of its key is not there (HOME/none); make it, or correct ssh_key",
    ),
    "key file without a key": (
        lambda here: {"ssh_key": here.file("words", "no key\n")},
        "the file of its key holds no private key (HOME/words); correct ssh_key",
    ),
    "key that needs a passphrase": (
        lambda here: {"ssh_key": _locked(here)},
        "its key needs a passphrase (HOME/locked); ssh-add it, or set ssh_key_password",
    ),
    "key with another passphrase": (
        lambda here: {"ssh_key": _locked(here), "ssh_key_password": "wrong"},
        "the file of its key holds none that ssh_key_password opens (HOME/locked); correct "
        "ssh_key_password, or ssh_key",
    ),
    "key of one's own that needs a passphrase": (
        _locked_at_home,
        "its key needs a passphrase (~/.ssh/id_rsa); ssh-add it, or set ssh_key and "
        "ssh_key_password",
    ),
    "keys not taken": (
        lambda here: {"ssh_port": here.port(Server(methods="password"))},
        "its SSH server does not take that (user app, key HOME/key; it takes password); set "
        "ssh_password",
    ),
    "passwords not taken": (
        lambda here: {
            "ssh_port": here.port(Server(methods="publickey")),
            "ssh_key": None,
            "ssh_password": "guess",
        },
        "its SSH server does not take that (user app, a password; it takes publickey); set ssh_key",
    ),
    "password refused": (
        lambda here: {"ssh_port": here.port(), "ssh_key": None, "ssh_password": "guess"},
        "the password is refused (user app, a password); correct ssh_password, or ssh_user",
    ),
    "login ended": (
        lambda here: {"ssh_port": here.port(Server(ends_after=1))},
        "the login is ended by its SSH server (user app, key HOME/key); see its log: the account "
        "may be locked or expired",
    ),
    "too many keys, and more to come": (
        lambda here: _two_keys(here, 1),
        "too many keys refused, and the login ended (user app, key ~/.ssh/id_rsa, key "
        "~/.ssh/id_ecdsa); set ssh_key to the one that fits",
    ),
    "too many keys": (
        lambda here: _two_keys(here, 2),
        "too many keys refused, and the login ended (user app, key ~/.ssh/id_rsa, key "
        "~/.ssh/id_ecdsa); set ssh_key to the one that fits",
    ),
    "settings of SSH that can't be parsed": (
        lambda here: _config(here, "nonsense\n"),
        "SSH's settings are in error (HOME/config: ConfigParseError: Unparsable line nonsense); "
        "mend the file",
    ),
    "a port that is no number": (
        lambda here: _config(here, "Host *\n  Port abc\n"),
        "SSH's settings are in error (HOME/config: ValueError: *'abc'); mend the file",
    ),
    "settings that are not UTF-8": (
        lambda here: _config(here, b"Host \xff\n"),
        "SSH's settings are in error (HOME/config: UnicodeDecodeError: *); mend the file",
    ),
    "settings that include themselves": (
        lambda here: _config(here, "Include config\n"),
        "SSH's settings are in error (HOME/config: Exception: Include loop *); mend the file",
    ),
    "a command as proxy that fails": (
        lambda here: _config(here, "Host *\n  ProxyCommand false\n"),
        "ProxyCommand gives no connection (false); run it by hand to see why, or mend HOME/config",
    ),
    "a command as proxy that is not there": (
        lambda here: _config(here, "Host *\n  ProxyCommand /no/such %h\n"),
        "ProxyCommand has no such program (/no/such); install it, or mend HOME/config",
    ),
    "a jump host that refuses": (
        lambda here: _config(here, f"Host 127.*\n  ProxyJump me@localhost:{closed_port()}\n"),
        "jump host localhost: connection refused (localhost:*); start its SSH server, or correct "
        "its Port in HOME/config",
    ),
    "a jump host that lets nobody in": (
        lambda here: _jump(here, Server()),
        "jump host localhost: the key is refused (user jumper, key ~/.ssh/id_rsa); put the public "
        "one into authorized_keys of that user there, or correct its User in HOME/config",
    ),
    "a jump host that forbids forwarding": (
        lambda here: _jump(here, Server(keys=(KEY,), forwards=FORBIDDEN)),
        "jump host localhost forbids forwarding (to 127.0.0.1:*); allow it there with "
        "AllowTcpForwarding, or take another ProxyJump",
    ),
    "a jump host that does not reach it": (
        lambda here: _jump(here, Server(keys=(KEY,), forwards=UNREACHED)),
        "jump host localhost does not reach it (127.0.0.1:*: Connect failed); see that it is up, "
        "and its address as the jump host knows it",
    ),
    "no session": (
        lambda here: {"ssh_port": here.port(Server(keys=(KEY,), sessions=UNREACHED))},
        "its SSH server opens no further session (Connect failed); raise MaxSessions there",
    ),
    "an account without a shell": (
        lambda here: _account(here, "This account is currently not available.\n"),
        "its user has no shell (user app: This account is currently not available.); give it one "
        "there with chsh, or set ssh_user",
    ),
    "a password that has expired": (
        lambda here: _account(here, "Password change required but no TTY available.\n"),
        "the password of its user has expired (user app: Password change *); change it there",
    ),
    "another user is wanted": (
        lambda here: _account(here, 'Please login as the user "debian" rather than "root".\n'),
        "its user is refused (user app: Please login as *); set ssh_user to the one that it names",
    ),
    "a command that is forced": (
        lambda here: _account(here, "\x1b]0;hello\x07\n"),
        "its user runs no command (user app: \\x1b]0;hello\\x07); see its shell and ForceCommand "
        "there",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_has_its_own_words(here: Here, cause: str) -> None:
    asked, said = CAUSES[cause]
    expected = re.escape(said if said == "connected" else f"box docker: {said}")
    why = here.why(**asked(here))
    assert re.fullmatch(expected.replace(r"\*", ".*"), why), why


def test_no_route_is_told_with_the_system_s_word() -> None:
    # no machine can be relied upon to have none: the exception is made as paramiko makes it
    none = OSError(errno.EHOSTUNREACH, "No route to host")
    error = NoValidConnectionsError({("192.0.2.1", 22): none})
    assert line(error, Asked("docker", "192.0.2.1")) == (
        "box docker: no route to it (192.0.2.1:22: No route to host); see its address, and the "
        "network of this machine"
    )


def test_a_name_server_that_does_not_answer_is_not_a_name_that_nobody_knows() -> None:
    error = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    assert line(error, Asked("docker", "docker.example")).startswith(
        "box docker: no name server answers (docker.example); see /etc/resolv.conf"
    )


def test_where_it_does_not_answer_the_way_out_is_the_caller_s() -> None:
    asked = Asked("docker", "192.0.2.1", absent="start it, or leave it out with --limit")
    assert line(TimeoutError("timed out"), asked) == (
        "box docker: no answer (192.0.2.1:22, 10 s); start it, or leave it out with --limit"
    )


def test_what_nobody_foresaw_is_one_line_too() -> None:
    assert line(KeyError("a\nb\x1b[31m"), Asked("docker", "192.0.2.1")) == (
        "box docker: cannot be reached (KeyError: 'a\\nb\\x1b[31m'); see its data in the inventory"
    )
