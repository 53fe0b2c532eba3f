"""Causes on this machine: a key's file, ~/.ssh/config, a ProxyCommand."""

from __future__ import annotations

from paramiko import PasswordRequiredException
from paramiko.ssh_exception import ConfigParseError, ProxyCommandFailure

from dockwright.box.causes.asked import Asked, functions, words
from dockwright.box.causes.network import greets_not
from dockwright.box.inside.connections import LOADS_KEY, READS_SETTINGS, TAKES_SETTINGS
from dockwright.errors import shown


def key_file(error: BaseException, asked: Asked) -> str | None:
    """The file of ssh_key, or one of ~/.ssh, that can't be used."""
    text, file = str(error), shown(asked.key, 200)
    if text.startswith("No such private key file"):
        return f"the file of its key is not there ({file}); make it, or correct ssh_key"
    if isinstance(error, OSError) and LOADS_KEY in functions(error):
        return f"the file of its key can't be read ({file}: {error.strerror}); see its owner"
    if isinstance(error, PasswordRequiredException) or "is encrypted" in text:
        files = file or shown(", ".join(asked.keys), 200) or "in ~/.ssh"
        way = "ssh_key_password" if file else "ssh_key and ssh_key_password"
        return f"its key needs a passphrase ({files}); ssh-add it, or set {way}"
    if text.startswith(("Invalid private key file", "Invalid key")):
        if asked.passphrase:
            return (
                f"the file of its key holds none that ssh_key_password opens ({file}); correct "
                "ssh_key_password, or ssh_key"
            )
        return f"the file of its key holds no private key ({file}); correct ssh_key"
    return None


def config(error: BaseException, asked: Asked) -> str | None:
    """~/.ssh/config, or the file that ssh_config_file names."""
    names = functions(error)
    if str(error).startswith("Invalid value StrictHostKeyChecking"):
        value = shown(str(error).rpartition("=")[2])
        return (
            f"no such checking of host keys ({value}); write yes, accept-new, ask or no, in "
            f"ssh_strict_host_key_checking or {asked.config}"
        )
    read = READS_SETTINGS in names
    numbers = TAKES_SETTINGS in names and isinstance(error, ValueError) and "proxy" not in names
    if isinstance(error, ConfigParseError) or read or numbers:
        return f"SSH's settings are in error ({asked.config}: {words(error)}); mend the file"
    return None


def proxy(error: BaseException, asked: Asked) -> str | None:
    """ProxyCommand: its program is not there, fails, or brings no SSH server."""
    if isinstance(error, OSError) and "_execute_child" in functions(error):
        return (
            f"ProxyCommand has no such program ({shown(str(error.filename))}); install it, or "
            f"mend {asked.config}"
        )
    if isinstance(error, ProxyCommandFailure) or (asked.proxy and greets_not(error)):
        command = asked.proxy or str(getattr(error, "command", ""))
        return (
            f"ProxyCommand gives no connection ({shown(command, 200)}); run it by hand to see "
            f"why, or mend {asked.config}"
        )
    return None
