"""How a fact that holds a secret is asked for: from the box each time, and from no memory.

What was foreseen (`dockwright.box.foreseen`) is the box's own word of this run, taken once by its
operations, and once for the other boxes.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pyinfra.api.host import Host

from dockwright.box.fact import Fact, fact_of

T = TypeVar("T")


def get_unseen(host: Host, fact: type[Fact[T]], *args: Any, **kwargs: Any) -> T:
    """``host.get_fact(fact, …)``, but kept in no memory; the one room shows no answer of a box.

    Args:
        host: the box, connected or not.
        fact: a fact class; ``args`` and ``kwargs`` are its own, and pyinfra's ``_sudo`` and so on.

    Raises:
        BoxError: there is no answer.

    Example::

        get_unseen(host, Login).texts["password"]  # 's3cret'
    """
    return fact_of(host, fact, *args, **kwargs)
