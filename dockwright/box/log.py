"""Lines about a box, by pyinfra's logger: whatever stands in them is safe for a terminal.

What a line is (a change, a reason, a step) goes with it as ``record.told``: pyinfra's own command
shows all of them, `dockwright apply` what a person asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Literal

from pyinfra import logger
from pyinfra.api.host import Host

from dockwright.box.change import Change
from dockwright.box.red import in_red
from dockwright.box.this_run import this_run
from dockwright.text import block

Told = Literal["news", "change", "reason", "step"]


def info(host: Host, text: str) -> None:
    """Say what happens; of an operation that is planned, it is a reason.

    Example::

        info(host, "zenweb.web.1: up after 2.0 s")
    """
    _say(host, text, "news")


def reason(host: Host, text: str) -> None:
    """Say why something is to change: what a plan lists, and a run need not repeat.

    Example::

        reason(host, "zenweb.web.1: its container is not there")
    """
    _say(host, text, "reason")


def step(host: Host, text: str) -> None:
    """Say how far long work is: shown where nothing else was for some seconds.

    Example::

        step(host, "zenweb: 3/12 RUN make (4 s)")
    """
    _say(host, text, "step")


def changes(host: Host, differences: Iterable[Change]) -> None:
    """Say what an operation changes: to the plan that asks for it, else to whoever watches.

    Example::

        changes(host, [Change("~", "/etc/hosts", ("3 boxes",))])
    """
    heard = this_run(host.state).heard.get(host)
    for one in differences:
        if heard is None:
            _say(host, one.line, "change")
        else:
            heard.append(one)


def warning(host: Host, text: str) -> None:
    """Say what went another way than it should.

    Example::

        warning(host, "zenweb: built instead of pulled")
    """
    logger.warning("%s%s", host.print_prefix, block(text))


def error(host: Host, text: str) -> None:
    """Say what failed, in red; it is the reason why the operation failed that is under way.

    Example::

        error(host, "zenweb: not built")
    """
    failed(host, text)
    in_red(host, text)


def failed(host: Host, text: str) -> None:
    """Take note why the operation fails that ``host`` is at; nothing is printed.

    Example::

        failed(host, "usermod: user 'x' does not exist")
    """
    if host.executing_op_hash is not None:
        # the last word counts: what led to it was said before
        this_run(host.state).reasons[host, host.executing_op_hash] = block(text)


def _say(host: Host, text: str, line_type: Told) -> None:
    host.log(
        block(text), log_func=partial(logger.info, extra={"told": line_type, "box": str(host.name)})
    )
