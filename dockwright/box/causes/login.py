"""Causes at the SSH server: its host key, ours, the user, and what an account answers."""

from __future__ import annotations

from paramiko import AuthenticationException, BadHostKeyException, ChannelException
from paramiko.ssh_exception import BadAuthenticationType

from dockwright.box.causes.asked import Asked, functions
from dockwright.box.inside.connections import ASKS_OF_HOST_KEY, KEEPS_HOST_KEY
from dockwright.errors import shown


def host_key(error: BaseException, asked: Asked) -> str | None:
    """The server is not, or not known to be, the box that is meant."""
    file, text = shown(asked.known_hosts, 200), str(error)
    if isinstance(error, BadHostKeyException):
        return (
            f"its host key is another than the one known ({error.key.get_name()} "
            f"{error.key.fingerprint}); is it the box that you mean? Then run "
            f"ssh-keygen -f {file} -R '{asked.known_as}'"
        )
    asks = isinstance(error, EOFError) and ASKS_OF_HOST_KEY in functions(error)
    if asks or "found in known_hosts" in text:
        no = ", and nobody answers" if asks else ", and you said no" if "AskPolicy" in text else ""
        return (
            f"its host key is not known ({asked.known_as}: not in {file}{no}); compare it with "
            f"the box's own, then run ssh-keyscan -p {asked.port} {shown(asked.address)} >>{file}"
        )
    if isinstance(error, OSError) and KEEPS_HOST_KEY in functions(error):
        return (
            f"its host key can't be kept ({file}: {error.strerror}); make its folder, with mode "
            "0700, and see its owner"
        )
    return None


def login(error: BaseException, asked: Asked) -> str | None:
    """Nothing to show, or what was shown is refused."""
    text = str(error)
    said = f"; it says: {shown(' '.join(asked.said.split()), 200)}" if asked.said.strip() else ""
    if text == "No authentication methods available":
        return (
            f"no key to log in with (user {shown(asked.user)}); set {asked.its('ssh_key')}, or "
            "start an SSH agent and ssh-add one"
        )
    if isinstance(error, BadAuthenticationType):
        takes = ", ".join(map(str, error.allowed_types)) or "nothing"
        way = asked.its("ssh_key" if "publickey" in takes else "ssh_password")
        return f"its SSH server does not take that ({asked.who}; it takes {takes}{said}); set {way}"
    ended = "transport shut down" in text
    if ended or (text == "No existing session" and "_auth" in functions(error)):
        if not asked.key and (len(asked.keys) > 1 or asked.agent or not ended):
            return (
                f"too many keys refused, and the login ended ({asked.who}{said}); set "
                f"{asked.its('ssh_key')} to the one that fits"
            )
        return (
            f"the login is ended by its SSH server ({asked.who}{said}); see its log: the account "
            "may be locked or expired"
        )
    if text == "Authentication timeout.":
        return (
            f"no answer to the login ({asked.who}{said}); see the log of its SSH server, and its "
            "name service"
        )
    return _refused(asked, said) if isinstance(error, AuthenticationException) else None


def _refused(asked: Asked, said: str) -> str:
    if asked.user == "root":
        return (
            f"the login as root is refused ({asked.who}{said}); set {asked.its('ssh_user')} to "
            "a user with sudo, or see PermitRootLogin and root's authorized_keys there"
        )
    if asked.password and not asked.key:
        return f"the password is refused ({asked.who}{said}); correct ssh_password, or ssh_user"
    file = f"{asked.key}.pub" if asked.key else "the public one"
    return (
        f"the key is refused ({asked.who}{said}); put {shown(file, 200)} into authorized_keys of "
        f"that user there, or correct {asked.its('ssh_user')}"
    )


def session(error: BaseException, asked: Asked) -> str | None:
    """A connection that stands, whose server opens no session."""
    return no_session(error) if isinstance(error, ChannelException) else None


def no_session(error: ChannelException) -> str:
    """What to say of a server that opens no further session.

    Example:
        >>> no_session(ChannelException(2, "Connect failed"))
        'its SSH server opens no further session (Connect failed); raise MaxSessions there'
    """
    return f"its SSH server opens no further session ({shown(error.text)}); raise MaxSessions there"


def account(said: str, asked: Asked) -> str:
    """What to say of an account that lets us in and runs no command; ``said``: what it answers.

    Example:
        >>> account("Your account has expired.", Asked("docker", "d", user="app"))
        'the account of its user has expired (user app: Your account has expired.); see chage there'
    """
    answer = shown(" ".join(said.split()), 200) or "no word"
    user = f"user {shown(asked.user)}: {answer}"
    if "assword" in said and ("xpired" in said or "equired" in said):
        return f"the password of its user has expired ({user}); change it there"
    if "xpired" in said:
        return f"the account of its user has expired ({user}); see chage there"
    if "not available" in said:
        return f"its user has no shell ({user}); give it one there with chsh, or set ssh_user"
    if "login as the user" in said:
        return f"its user is refused ({user}); set ssh_user to the one that it names"
    return f"its user runs no command ({user}); see its shell and ForceCommand there"
