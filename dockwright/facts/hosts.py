"""/etc/hosts of a box."""

from __future__ import annotations

from dockwright.box.answer import Answer
from dockwright.box.fact import Fact


class HostsFile(Fact[str]):
    """Its text; nothing where it is absent. A byte that is not UTF-8 comes as a lone surrogate.

    Example::

        host.get_fact(HostsFile).splitlines()[0]  # '127.0.0.1 localhost'
    """

    about = "its /etc/hosts"

    def script(self) -> str:
        return "[ ! -e /etc/hosts ] || cat /etc/hosts"

    @staticmethod
    def default() -> str:
        return ""

    def value(self, answer: Answer) -> str:
        return answer.said.decode("utf-8", "surrogateescape")
