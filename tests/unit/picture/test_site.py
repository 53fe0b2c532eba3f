"""The site drawn: a frame a box, what runs in it, and who pulls from which registry."""

import pytest

from dockwright.picture.dot import dot
from dockwright.picture.site import SiteBox, SiteLeaf, draw

WEB = SiteLeaf("web", "web.web.1", "web:latest", ("8080:80", "127.0.0.1:9000:9000"))
HUB = "192.0.2.9:5000"


def _ends(*boxes: SiteBox) -> list[tuple[str, str, str]]:
    return [(edge.tail, edge.head, edge.kind) for edge in draw(boxes).edges]


def test_each_box_is_a_frame_with_its_leaves_and_their_ports() -> None:
    drawn = dot(draw([SiteBox("app1", "192.0.2.1", leaves=(WEB,)), SiteBox("app2")]))
    assert "subgraph cluster_0" in drawn
    assert "<B>app1, 192.0.2.1</B>" in drawn
    assert "port 8080:80, 127.0.0.1:9000:9000" in drawn
    assert "no leaf" in drawn


@pytest.mark.parametrize(
    ("port", "shown"),
    [
        ("192.0.2.1:80:80", "port 80<"),
        ("192.0.2.1:8080:80", "port 8080:80<"),
        ("192.0.2.1:53:53/udp", "port 53/udp<"),
        ("192.0.2.7:80:80", "port 192.0.2.7:80:80<"),
        ("80", "port 80<"),
    ],
)
def test_the_boxs_own_address_is_not_said_again(port: str, shown: str) -> None:
    leaf = SiteLeaf("web", "web.web.1", "web:latest", (port,))
    assert shown in dot(draw([SiteBox("app1", "192.0.2.1", leaves=(leaf,))]))


def test_a_leaf_of_two_boxes_is_two_nodes() -> None:
    names = [
        node.name for node in draw([SiteBox("a", leaves=(WEB,)), SiteBox("b", leaves=(WEB,))]).nodes
    ]
    assert names == ["web.web.1 on a", "web.web.1 on b"]


def test_who_builds_pushes_and_the_registrys_own_box_needs_no_arrow() -> None:
    boxes = [
        SiteBox("app1", pulls=(HUB,), builds=True, leaves=(WEB,)),
        SiteBox("app2", pulls=(HUB,), leaves=(WEB,)),
        SiteBox("hub", registry=HUB, pulls=(HUB,)),
    ]
    assert _ends(*boxes) == [
        ("registry 192.0.2.9 5000", "web.web.1 on app1", "pushes, pulls"),
        ("registry 192.0.2.9 5000", "web.web.1 on app2", "pulls"),
    ]


def test_a_registry_of_others_stands_outside() -> None:
    made = draw([SiteBox("app1", pulls=("hub.example.org",), leaves=(WEB,))])
    assert [(node.kind, node.group) for node in made.nodes] == [("outside", ""), ("leaf", "app1")]


def test_names_are_text() -> None:
    drawn = dot(draw([SiteBox('a"]<b>\\N', leaves=(WEB,))]))
    assert "<B>a&quot;]&lt;b&gt;\\\\N</B>" in drawn
