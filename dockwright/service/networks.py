"""Networks of a run line as a service's: those that it names, or one without a way out."""

from collections.abc import Sequence
from typing import Any

from dockwright.boot.run_line import Option
from dockwright.service.flags import refused

Spec = dict[str, Any]
_OWN_NETWORKS = ("bridge", "default")


def closed_network(service: str) -> str:
    """The network of a service that is to have none.

    Example:
        >>> closed_network("rails_copies")
        'dockwright-rails_copies'
    """
    return f"dockwright-{service}"


def networks(options: Sequence[Option], closed: str, leaf: str, where: str) -> list[Spec]:
    """The engine's ``Networks`` of ``--network`` and ``--network-alias``, by their names.

    Args:
        options: of a run line, by long name.
        closed: the network that stands for ``none``: Swarm has no service without one.
        leaf, where: what errors name.

    Raises:
        DockwrightError: another container's network, or one with more than aliases.

    Example:
        >>> networks([("network", "db"), ("network-alias", "web")], "", "web", "Procfile:1")
        [{'Target': 'db', 'Aliases': ['web']}]
    """
    aliases = [value or "" for name, value in options if name == "network-alias"]
    made = []
    for name, value in options:
        if name != "network" or (value or "") in _OWN_NETWORKS:
            continue
        fields = [field.partition("=") for field in (value or "").split(",")]
        named = [text for key, equals, text in fields if equals and key == "name"]
        its = [text for key, equals, text in fields if equals and key == "alias"]
        others = [key for key, equals, _ in fields if equals and key not in ("name", "alias")]
        target = named[0] if named else (value or "")
        if others or target.startswith("container:"):
            raise refused("network", value, "it names networks, and aliases there", leaf, where)
        also = [] if target in ("host", "none") else [*aliases, *its]
        target = closed if target == "none" else target
        made.append({"Target": target, **({"Aliases": also} if also else {})})
    return made
