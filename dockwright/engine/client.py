"""The Docker Engine of a pyinfra host, through the connection pyinfra holds already.

`docker system dial-stdio` in an SSH channel (or in a child process, for `@local`) is the
engine's API on a byte stream: no port is opened, no second login is needed. The socket it goes
to is found by asking the box (`dockwright.engine.place`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import urllib3
from paramiko import SSHException
from pyinfra.api.host import Host

from dockwright import sdk
from dockwright.box import unanswered
from dockwright.box.ask import patience, telling
from dockwright.box.begun import begins
from dockwright.box.channels import NoChannel
from dockwright.box.connection import broke, check_has_streams, is_cut, itself
from dockwright.box.fact import SHAPE
from dockwright.box.stream import Limits, Stream, dial
from dockwright.box.this_run import PerHost
from dockwright.engine.place import FIND, SEE_LOG, why_not
from dockwright.errors import BoxError, DockwrightError, NotReady
from dockwright.ways_out import WayOut, way_out

if TYPE_CHECKING:
    from dockwright.engine.api import Client

# Seconds without a byte from the engine while it works: one quiet instruction of a build may take
# minutes, and it is asked meanwhile whether it still answers.
SILENCE = 1200.0
_PROGRAM = (
    FIND
    + """
state=$(engine)
ready "$state"
case $state in ready*) exec docker -H "unix://${state#ready }" system dial-stdio ;; esac
"""
)
# by whether it is one for what takes its time
_clients: PerHost[dict[bool, Client]] = PerHost(dict)


def client(host: Host) -> sdk.APIClient:
    """The SDK's client for questions to the engine of ``host``; one per host, made at first use.

    An engine that says nothing for as long as the site lets a box take to answer is not waited
    for any longer.

    Raises:
        NotReady: there is no engine to ask, or it does not answer; why.
        BoxError: the box does not answer, or not with what an engine says.
        DockwrightError: the host is reached neither by SSH nor as ``@local``.

    Example::

        client(host).version()["Version"]  # '20.10.24+dfsg1'
    """
    return _client(host, works=False)


def worker(host: Host) -> sdk.APIClient:
    """The same for what takes its time: a build, a push, a pull, a removal.

    Its silence is borne as long as the engine answers a question beside it, 20 minutes at most.

    Raises:
        as `client`.

    Example::

        worker(host).prune_images()
    """
    return _client(host, works=True)


def _client(host: Host, works: bool) -> sdk.APIClient:
    host = itself(host)
    check_has_streams(host, "its engine")
    known = _clients.of(host)
    if works not in known:
        with talking(host):
            known[works] = _made(host, works)
    return known[works]


def _made(host: Host, works: bool) -> Client:
    from dockwright.engine.api import Client

    return Client(host, _dialler(host, works), SILENCE)


def _dialler(host: Host, works: bool) -> Callable[[], Stream]:
    limits = Limits(patience(host), waiting=lambda: telling(host, "its engine"))
    if works:
        limits = Limits(limits.seconds, lambda: _still_answers(host), SILENCE)

    def dialled() -> Stream:
        if works:
            begins()
        state, stream = dial(host, _PROGRAM, "its engine", limits)
        if (why := why_not(str(host.name), state)) is not None:
            stream.close()
            raise NotReady(why)
        return stream

    return dialled


def _still_answers(host: Host) -> None:
    """Nothing, where the engine answers a question; its error where it does not."""
    try:
        asked = _made(host, works=False)  # of its own: the other one is busy
    except sdk.DockerException as error:
        # no session is left to ask by: the connection itself is watched by `box.pulse`
        if not any(isinstance(one, NoChannel) for one in _chain(error)):
            raise
    else:
        asked.close()


@contextmanager
def talking(host: Host) -> Iterator[None]:
    """Turn what the SDK and the connection raise into one line of ours."""
    host = itself(host)
    try:
        yield
    except sdk.APIError as error:
        raise BoxError(f"box {host.name}: engine: {error.explanation or error}") from error
    except (
        sdk.DockerException,
        urllib3.exceptions.HTTPError,
        SSHException,
        EOFError,
        OSError,
    ) as error:
        if (ours := _of_ours(error)) is not None:
            raise ours from error
        # that of requests, of an answer that is no JSON
        if isinstance(error, OSError) and isinstance(error, ValueError):
            raise BoxError(unanswered.misshapen(str(host.name), "its engine", error)) from error
        if is_cut(host):
            raise NotReady(broke(host, _innermost(error))) from error
        if _is_late(error):
            raise BoxError(
                f"box {host.name}: its engine says nothing, for {patience(host):g} s; {SEE_LOG}, "
                f"or {way_out(WayOut.MORE_SECONDS)}"
            ) from error
        raise NotReady(
            f"box {host.name}: its engine does not answer ({_innermost(error)}); {SEE_LOG}"
        ) from error
    except SHAPE as error:
        raise BoxError(unanswered.misshapen(str(host.name), "its engine", error)) from error


def _of_ours(error: BaseException) -> DockwrightError | None:
    """The error of ours that the SDK wrapped, as it does with all that a new connection raises."""
    return next((one for one in _chain(error) if isinstance(one, DockwrightError)), None)


def _is_late(error: BaseException) -> bool:
    return any(isinstance(one, TimeoutError) for one in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it came from, one behind the other."""
    within: BaseException | None = error
    while within is not None:
        yield within
        within = within.__cause__ or within.__context__


def _innermost(error: BaseException) -> str:
    while error.__context__ is not None:
        error = error.__context__
    return str(error) or type(error).__name__
