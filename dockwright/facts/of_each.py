"""One question to several boxes of the inventory at once, of which a run may be limited to some."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

import gevent
from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.box.fact import Fact
from dockwright.box.other_host import from_host
from dockwright.errors import DockwrightError

T = TypeVar("T")


def of_each(
    run: State, boxes: Collection[str], fact: type[Fact[T]], *args: Any
) -> dict[str, T | DockwrightError]:
    """What ``fact`` says of each box of ``boxes``, or why it says nothing.

    Args:
        run: of pyinfra, which has them in its inventory.
        boxes: their names.
        fact: a fact class, with its ``args``, which can be hashed; it is asked as root.

    Example::

        of_each(state, ["app1", "app2"], Data, ("dbdata",))["app1"].held  # ('dbdata',)
    """

    def ask(box: str) -> T | DockwrightError:
        # a greenlet of its own has no current run
        with ctx_state.use(run):
            try:
                return from_host(box, fact, *args)
            except DockwrightError as error:
                return error

    asked = {box: gevent.spawn(ask, box) for box in dict.fromkeys(boxes)}
    return {box: one.get() for box, one in asked.items()}
