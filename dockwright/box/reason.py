"""Why an operation failed on a box, in one line."""

from __future__ import annotations

from pyinfra.api.host import Host

from dockwright.box.this_run import this_run
from dockwright.errors import shown

_LONGEST = 300  # letters


def did_fail(host: Host, op: str) -> bool:
    """Whether an operation ran on ``host``, and failed.

    Example::

        did_fail(host, op)  # False
    """
    done = host.state.ops[host][op].operation_meta
    return bool(done.is_complete() and done.did_error())


def why_failed(host: Host, op: str) -> str:
    """Why an operation failed on ``host``: what it said, else the last that its command said.

    Example::

        why_failed(host, op)  # 'zenweb.web.1: not healthy within 60 s'
    """
    noted = this_run(host.state).reasons.get((host, op))
    if noted is None:
        said = host.state.ops[host][op].operation_meta.stderr_lines
        noted = said[-1] if said else "see above"
    return reason(host, noted)


def reason(host: Host, text: str) -> str:
    """The first line of ``text``, which stands where the box is named already.

    Example::

        reason(host, "box docker: connection refused; start its SSH server")
        # 'connection refused; start its SSH server'
    """
    return shown(text.split("\n")[0].replace(f"box {host.name}: ", ""), _LONGEST)
