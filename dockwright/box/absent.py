"""Boxes that have no part in a run, by a person's word: nothing is asked of them.

They stay known to the site. Who notes them: what begins a run. Who looks: the one way to a box
(`dockwright.box.reach`), deploys, and whoever would say of a box what nobody has asked.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.this_run import this_run


def leave_out(run: State, whys: Mapping[Host, str]) -> None:
    """Have the boxes of ``whys`` left out of ``run``, each for the reason that it names.

    Example::

        leave_out(state, {host: "left out by --skip"})
    """
    this_run(run).absent.update(whys)


def why_absent(host: Host) -> str | None:
    """Why ``host`` is left out of its run; None where it is not.

    Example::

        why_absent(host) is None  # True
    """
    return this_run(host.state).absent.get(host)


def left_out(run: State) -> dict[str, str]:
    """The boxes that are left out of ``run``, by name, each with why.

    Example::

        left_out(state)  # {'web2': 'left out by --skip'}
    """
    return {str(host.name): why for host, why in this_run(run).absent.items()}


def no_part(run: State) -> dict[str, str]:
    """The boxes that nothing is known of in ``run``, by name: left out, or they gave no answer.

    Example::

        no_part(state)  # {'web2': 'away, as dockwright_away says'}
    """
    notes = this_run(run)
    silent = dict.fromkeys(notes.given_up, "no answer")
    return {str(host.name): why for host, why in {**silent, **notes.absent}.items()}
