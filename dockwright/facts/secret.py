"""How a fact that holds a secret is asked for: its output is shown at no verbosity."""

from __future__ import annotations

from copy import copy
from typing import Any, TypeVar

from pyinfra.api import FactBase
from pyinfra.api.facts import get_fact
from pyinfra.api.host import Host

T = TypeVar("T")


def get_unseen(host: Host, fact: type[FactBase[T]], *args: Any, **kwargs: Any) -> T:
    """``host.get_fact(fact, …)``, but ``-vvv`` does not print what the box answered.

    Where the question itself fails, the fact's default is the answer, and the box goes on.

    Args:
        host: the box, connected or not.
        fact: a fact class; ``args`` and ``kwargs`` are its own, and pyinfra's ``_sudo`` and so on.

    Example:
        >>> get_unseen(host, Login).texts["password"]  # doctest: +SKIP
        's3cret'
    """
    # a copy: setting the flag on the run's own state would silence other boxes' facts, and
    # their greenlets could set it back in the midst of ours
    quiet = copy(host.state)
    quiet.print_fact_output = False
    found: T = get_fact(quiet, host, fact, args=args, kwargs=kwargs, apply_failed_hosts=False)
    return found
