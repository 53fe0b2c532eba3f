"""Which registries an engine speaks plain HTTP with, or takes any certificate of."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pyinfra.api.host import Host

from dockwright.box.fact import Fact, fact_of
from dockwright.box.privilege import as_root
from dockwright.engine.place import SEE_LOG, USE, why_not
from dockwright.errors import NotReady, shown

_SCRIPT = (
    USE
    + r"""
case $state in ready*) ;; *) echo "state $state"; exit ;; esac
docker info --format '{{json .RegistryConfig.IndexConfigs}}' 2>/dev/null || echo 'state silent'
"""
)


class Insecure(Fact[tuple[str, ...] | str]):
    """Those registries, as ``host[:port]``; a text where the engine can't be asked: its state, as
    `dockwright.engine.place` has it; see `insecure_on`.

    Example::

        host.get_fact(Insecure)  # ('192.168.50.20:5000',)
    """

    about = "which registries its engine knows"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> tuple[str, ...]:
        return ()

    def read(self, lines: Sequence[str]) -> tuple[str, ...] | str:
        # an engine that ends while it is asked leaves an empty answer before the word of it
        last = lines[-1] if lines else "null"
        if last.startswith("state "):
            return last.removeprefix("state ")
        known = json.loads(last) or {}
        return tuple(sorted(name for name, its in known.items() if not its.get("Secure", True)))


def insecure_on(host: Host) -> tuple[str, ...]:
    """Those of the engine of ``host``, which is asked as root.

    Raises:
        NotReady: there is no engine that could be asked; why.
        BoxError: the box does not answer, or not with what an engine says.

    Example::

        insecure_on(host)  # ('192.168.50.20:5000',)
    """
    said: tuple[str, ...] | str = fact_of(host, Insecure, **as_root(host))
    if isinstance(said, str):
        if said == "silent":
            raise NotReady(f"box {host.name}: its engine does not answer; {SEE_LOG}")
        why = why_not(str(host.name), said) or f"box {host.name}: its engine is {shown(said)}"
        raise NotReady(why)
    return said
