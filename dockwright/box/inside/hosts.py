"""pyinfra's hosts: who answers for facts, who hears what is said, deploys within deploys.

Used by `dockwright.box.remembered`, by a plan, and by the deploy of a leaf's own ``box.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pyinfra.api.host import Host

GetFact = Callable[..., Any]


def is_answered(host: Host) -> bool:
    """Whether `answer` was called of ``host``.

    Example::

        is_answered(host)  # False
    """
    return "get_fact" in vars(host)


def answer(host: Host, get_fact: GetFact) -> None:
    """Have ``host.get_fact`` be ``get_fact`` from now on, for operations of pyinfra's too.

    pyinfra asks each fact anew each time, by a reader that ends at the first byte that is not
    UTF-8, and has no place where another way to ask could be named.

    Example::

        answer(host, remembered)
    """
    vars(host)["get_fact"] = get_fact


@contextmanager
def hearing(host: Host, hear: Callable[[str], object]) -> Iterator[None]:
    """Have ``hear`` told what an operation says by ``host.log`` and ``host.noop``.

    pyinfra prints it as it comes; a plan has it stand behind the operation.

    Example::

        with hearing(host, said.append):
            list(data.command_generator())
    """
    own = vars(host)
    own["log"] = lambda message, *_, **__: hear(str(message))
    own["noop"] = hear
    try:
        yield
    finally:
        del own["log"], own["noop"]


@contextmanager
def deploy_within(host: Host, name: str, arguments: Mapping[str, Any]) -> Iterator[None]:
    """Have what is declared belong to a deploy ``name`` within the present one of ``host``.

    It has the present one's arguments, such as sudo, with ``arguments``; where there is no deploy
    it has none. pyinfra's decorator makes deploys of functions, and not of files.

    Example::

        with deploy_within(host, "stash/box.py", {"_ignore_errors": True}):
            exec_file("images/stash/box.py")
    """
    present: Any = host.current_deploy_kwargs
    deploy_arguments: Any = None if present is None else {**present, **arguments}
    with host.deploy(name, deploy_arguments, host.current_deploy_data):
        yield
