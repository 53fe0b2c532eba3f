"""What two jobs or two leaves of a box may not have both: a port, and data that they write."""

from typing import Any

import pytest

from dockwright.boot.collisions import check_data, check_ports
from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.boot.moved import Moved
from dockwright.errors import DockwrightError

WEB = "web: docker run -p 8000:80 -p 127.0.0.1:9000-9001:90-91 -v data:/data web"


def test_two_of_one_leaf_do_not_write_the_same_and_two_leaves_may() -> None:
    web = group("web", WEB, "Procfile")
    old = group("web-old", WEB, "Procfile", runs="web", moved=Moved({8000: 8100, 9000: 9100}))
    other = group("other", "web: docker run -v data:/data other", "Procfile")
    check_data([web, other], {"web-old": "web"}, "app1")
    with pytest.raises(DockwrightError, match="box app1: web and web-old both write volume data;"):
        check_data([web, old], {"web-old": "web"}, "app1")


def make(line: str, leaf: str = "zenweb", **options: Any) -> Group:
    return group(leaf, line, "Procfile", **options)


def test_two_leaves_on_one_box_cannot_publish_the_same_port() -> None:
    one = make("web: docker run -p 80:80 app", "app", address="10.0.0.1")
    two = make("web: docker run -p 80:8080 app-worker", "app-worker")
    with pytest.raises(DockwrightError) as caught:
        check_ports([one, two], "docker")
    assert str(caught.value).startswith(
        "docker: app.web.1 and app-worker.web.1 both publish a port: 10.0.0.1:80:80 and 80:8080"
    )
    check_ports([one, make("web: docker run -p 81:80 b", "b")], "docker")
