"""A picture as values: nodes, edges, what encloses them, and the caption.

`dockwright.picture.dot` writes it for Graphviz, and `Picture.json` for programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

VERSION = 1
Style = Literal["bold", "normal", "small"]
NodeKind = Literal["base", "leaf", "outside", "shared", "alone", "registry", "empty"]
# from the first to the second: what it is built on, is copied from, is pushed to, or pulls from
EdgeKind = Literal["from", "copies", "pulls", "pushes, pulls"]


@dataclass(frozen=True)
class Node:
    """A node.

    Args:
        name: what edges and programs call it; no other node has it.
        kind: what it is, which its colours say.
        lines: its text, each line with its style.
        facts: what a program is told of it.
        tooltip: a longer text, for who points at it.
        group: the name of the `Frame` that it is in; empty: none.
    """

    name: str
    kind: NodeKind
    lines: tuple[tuple[Style, str], ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    tooltip: str = ""
    group: str = ""


@dataclass(frozen=True)
class Edge:
    """An arrow between two nodes, by their names."""

    tail: str
    head: str
    kind: EdgeKind = "from"


@dataclass(frozen=True)
class Frame:
    """A frame around nodes, such as a box around what runs on it."""

    name: str
    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A picture; ``direction`` is Graphviz's rankdir, ``left`` has texts stand to
    the left, and ``title`` is the heading of its page."""

    name: str
    direction: Literal["LR", "TB"]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    caption: tuple[str, ...]
    groups: tuple[Frame, ...] = ()
    left: bool = False
    title: str = ""

    def json(self) -> dict[str, Any]:
        """The picture for programs, as docs/graph.schema.json describes it.

        Example:
            >>> Picture("chain", "LR", (Node("a", "base", ()),), (), ()).json()["nodes"]
            [{'name': 'a', 'kind': 'base'}]
        """
        return {
            "version": VERSION,
            "picture": self.name,
            "nodes": [
                {"name": one.name, "kind": one.kind}
                | ({"group": one.group} if one.group else {})
                | dict(one.facts)
                for one in self.nodes
            ],
            "edges": [{"tail": one.tail, "head": one.head, "kind": one.kind} for one in self.edges],
            "groups": [{"name": one.name, **one.facts} for one in self.groups],
        }
