"""The one room that all questions of ours to a box go through.

A question (`dockwright.box.answer`) goes over the connection that pyinfra holds, and ends: within
a number of bytes and of seconds. What comes back is the box's answer, byte for byte, or a
`BoxError` that names box, question and way out. It is asked for by facts, the engine's client,
the lock, the record, health and rollback.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from shlex import quote
from typing import Any

import gevent
from paramiko import SSHException
from pyinfra.api import StringCommand
from pyinfra.api.arguments import CONNECTOR_ARGUMENT_KEYS
from pyinfra.api.host import Host
from pyinfra.connectors.util import make_unix_command_for_host

from dockwright.box import log, unanswered
from dockwright.box.answer import MOST_RECEIVED, Answer, Cut, Nothing, Question
from dockwright.box.begun import harmless
from dockwright.box.connection import broke, cut, has_streams, itself
from dockwright.box.deadline import Deadline
from dockwright.box.inside.connections import askpass_key, prompted_password
from dockwright.box.program import Program, program
from dockwright.box.this_run import PerRun, this_run
from dockwright.errors import BoxError
from dockwright.site.patience import answer_seconds
from dockwright.text import line

_TELL = 10.0
_SHOWN = 1000  # bytes of what came in an answer's place
# Which of pyinfra's arguments say as whom a command runs.
AS_WHOM = frozenset(CONNECTOR_ARGUMENT_KEYS) - {
    *("_timeout", "_get_pty", "_stdin", "_success_exit_codes"),
}
# Where its folder lets nothing be executed (noexec), another one does: sudo runs it by its path.
_ASKPASS = """umask 077
for folder in @FOLDER@ "$HOME" /var/tmp; do
  file=$(mktemp "$folder/pyinfra-sudo-askpass-XXXXXXXXXXXX" 2>/dev/null) || continue
  cat >"$file" <<'__EOF__'
#!/bin/sh
printf '%s\\n' "$PYINFRA_SUDO_PASSWORD"
__EOF__
  chmod 700 "$file"
  if [ "$(PYINFRA_SUDO_PASSWORD=told "$file" 2>/dev/null)" = told ]; then
    echo "$file"
    exit 0
  fi
  rm -f "$file"
done
exit 1
"""
# the boxes whose shell has been told of
_noisy: PerRun[set[Host]] = PerRun(set)


def ask(
    host: Host,
    question: Question,
    how: Mapping[str, Any] | None = None,
    seconds: float | None = None,
) -> Answer:
    """Ask ``host``, which is connected.

    Args:
        host: the box.
        question: what is asked.
        how: pyinfra's arguments that say as whom, such as ``{"_sudo": True}``; by default as the
            login itself.
        seconds: how long it may take; by default what the site says, else 30.

    Raises:
        BoxError: there is no answer, or what came is none; why, and the way out.

    Example::

        ask(host, Question("uname -s", "its kernel")).lines()  # ['Linux']
    """
    host = itself(host)
    limit = patience(host) if seconds is None else seconds
    as_whom = dict(how or {})
    command = command_line(host, question.command(limit), as_whom)
    with telling(host, question.what):
        answer = _answer(host, question, command, as_whom, limit)
    if answer.noise.strip():
        tell_noise(host, answer.noise)
    return answer


def patience(host: Host) -> float:
    """The seconds that a box may take to answer, as its data has them.

    Example::

        patience(host)  # 30.0
    """
    return answer_seconds(host.data)


def _answer(
    host: Host, question: Question, command: str, how: Mapping[str, Any], limit: float
) -> Answer:
    received, errors, status = bytearray(), b"", None
    try:
        if not has_streams(host):
            return _by_pyinfra(host, question, command, limit)
        with program(host, command, question.what, seconds=limit, given=b"") as asked:
            deadline = Deadline(limit)  # what waited in the queue of its connection was not slow
            try:
                _receive(asked, question, received, deadline)
                answer = question.answer(bytes(received))
                if answer.status and not answer.is_missing:
                    with suppress(TimeoutError, OSError, EOFError, SSHException):
                        asked.status(min(deadline.left(), 1))
                    answer = replace(answer, errors=asked.errors())
                return answer
            except Cut as error:
                with suppress(TimeoutError, OSError, EOFError, SSHException):
                    status = asked.status(min(deadline.left(), 5))
                errors = asked.errors()
                why = str(error)
                printed = bytes(received[-_SHOWN:]) if isinstance(error, Nothing) else b""
    except TimeoutError:
        why = unanswered.late(str(host.name), question.what, limit)
        this_run(host.state).silent[host] = why
        raise BoxError(why) from None
    except (SSHException, EOFError, OSError) as error:
        raise BoxError(broke(host, error, question.what)) from error
    if (gone := cut(host, seconds=0.3)) is not None:
        raise BoxError(gone)
    raise BoxError(
        unanswered.none(
            str(host.name),
            login(host),
            question.what,
            why,
            errors,
            status,
            how,
            printed,
        )
    )


def command_line(host: Host, command: str, how: Mapping[str, Any]) -> str:
    """What the login's shell is given, so that ``command`` runs as whom ``how`` says.

    Raises:
        BoxError: sudo wants a password, and the program that tells it can't be made there.

    Example::

        command_line(host, "id -u", {"_sudo": True})  # "sudo -H -n sh -c 'id -u'"
    """
    arguments = {key: value for key, value in how.items() if key in AS_WHOM}
    if arguments.get("_sudo"):
        _has_askpass(host, arguments)
    made = make_unix_command_for_host(host.state, host, StringCommand(command), **arguments)
    return str(made.get_raw_value())


def _has_askpass(host: Host, how: Mapping[str, Any]) -> None:
    """pyinfra's program that tells sudo the password, made by a question of ours.

    Of what pyinfra's own one prints, the first line is its path, whoever printed that.
    """
    password = how.get("_sudo_password") or prompted_password(host)
    folder = how.get("_temp_dir") or str(host.get_temp_dir_config())  # type: ignore[no-untyped-call]
    known = askpass_key(folder)
    if not password or host.connector_data.get(known):
        return
    question = Question(_ASKPASS.replace("@FOLDER@", quote(folder)), "a file in its " + folder)
    answer = ask(host, question)
    if answer.status:
        raise BoxError(
            f"box {host.name}: {folder}: no program can be written and run there, nor in the "
            "user's home or /var/tmp, and sudo's password is told by one; make room, or name "
            "another folder as TEMP_DIR in config.py"
        )
    host.connector_data[known] = answer.lines()[0]


def _receive(asked: Program, question: Question, received: bytearray, deadline: Deadline) -> None:
    looked = 0
    while data := asked.read(deadline.left()):
        received += data
        if len(received) > MOST_RECEIVED:
            raise Cut(f"it says more than {MOST_RECEIVED >> 20} MiB")
        # what the login leaves running may hold the channel open behind the answer
        if question.answered(received[max(looked - 100, 0) :]):
            return
        looked = len(received)
        gevent.sleep(0)  # one that never ends must not keep others from their turn


def _by_pyinfra(host: Host, question: Question, command: str, limit: float) -> Answer:
    """Over another connector of pyinfra's, which has no channels; a fact's answer is ASCII."""
    with harmless():
        _, output = host.connector.run_shell_command(
            StringCommand(command), print_output=False, print_input=False, _timeout=int(limit) + 1
        )
    try:
        return question.answer(output.stdout.encode("utf-8", "surrogateescape"))
    except Cut as error:
        said = output.stderr.encode("utf-8", "surrogateescape")
        raise BoxError(
            unanswered.none(str(host.name), login(host), question.what, str(error), said, None, {})
        ) from error


def login(host: Host) -> str:
    """Who logs in on ``host``, as an error says it.

    Example::

        login(host)  # 'vagrant'
    """
    return str(host.data.get("ssh_user") or "its login")


@contextmanager
def telling(host: Host, what: str) -> Iterator[None]:
    """Say now and then that a box is still waited for.

    Example::

        with telling(host, "its lock"):
            ...
    """

    def tell() -> None:
        waited = 0.0
        while True:
            gevent.sleep(_TELL)
            waited += _TELL
            log.warning(host, f"still waiting for box {host.name}: {what}, {waited:.0f} s")

    telling = gevent.spawn(tell)
    try:
        yield
    finally:
        telling.kill(block=False)


def tell_noise(host: Host, noise: bytes) -> None:
    """Have a person know, once a run, that the box's shell prints before it answers.

    Example::

        tell_noise(host, b"Welcome!\n")
    """
    noisy = _noisy.of(host.state)
    if host in noisy:
        return
    noisy.add(host)
    first = line(noise.strip().splitlines()[0].decode("utf-8", "backslashreplace"), 40)
    log.warning(
        host,
        f"box {host.name}: its shell prints before it answers ({first}), and that is left out; let "
        "~/.bashrc, /etc/ssh/sshrc, sudo and PAM be silent without a terminal",
    )
