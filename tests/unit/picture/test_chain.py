"""The chain drawn: what is built on what, what is copied, and which ports a leaf publishes."""

import re

import pytest

from dockwright.chain.graph import Source, order
from dockwright.errors import DockwrightError
from dockwright.picture.chain import draw
from dockwright.picture.dot import dot


def _drawn(*sources: Source) -> str:
    return dot(draw(sources, order(sources)))


def _source(name: str, text: str, procfile: str | None = None) -> Source:
    return Source(name, f"images/{name}/Dockerfile", text, procfile=procfile)


def test_an_arrow_leads_from_what_an_image_begins_with_and_a_dashed_one_from_what_is_copied() -> (
    None
):
    drawn = _drawn(_source("a", "FROM scratch"), _source("b", "FROM scratch"),
                 _source("c", "FROM a\nCOPY --from=b / /\nCOPY --from=x.test/y:1 / /"))  # fmt: skip
    assert re.search(r"^\s*a -> c$", drawn, re.M)
    assert re.search(r"^\s*b -> c \[style=dashed\]$", drawn, re.M)
    assert re.search(r'^\s*"outside x\.test/y 1" -> c \[style=dashed\]$', drawn, re.M)
    assert "dashed arrow: only files are taken" in drawn


def test_the_legend_tells_of_copies_only_where_there_are_some() -> None:
    assert "dashed arrow" not in _drawn(_source("a", "FROM scratch"), _source("b", "FROM a"))


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("-p 80:80", "port 80<"),
        ("-p 8080:80", "port 8080:80<"),
        ("-p 127.0.0.1:8080:80", "port 8080:80<"),
        ("-p 80", "port any:80<"),
        ("-p 53:53/udp", "port 53/udp<"),
        ("-p 80:80 -p 81:81", "port 80, 81<"),
        ("-p 80:80 -p 127.0.0.1:80:80/tcp", "port 80<"),
        ("-p $PORT:80", "port 5000:80<"),
    ],
)
def test_a_leaf_has_its_ports_each_once_and_without_addresses(line: str, port: str) -> None:
    drawn = _drawn(_source("web", "FROM scratch", f"web: docker run {line} web\n"))
    assert port in drawn


def test_a_procfile_that_can_not_be_read_is_named_by_its_line() -> None:
    with pytest.raises(
        DockwrightError, match=r"^images/web/Procfile:2: --publish 0: 0: not a port"
    ):
        _drawn(_source("web", "FROM scratch", "# x\nweb: docker run -p 0 web\n"))


def test_an_image_of_others_and_one_of_the_chain_of_one_name_are_two_nodes() -> None:
    drawn = _drawn(_source("a", "FROM docker.io/library/b:2"), _source("b", "FROM scratch"))
    assert '"outside docker.io/library/b 2" -> a' in drawn
    assert "b -> a" not in drawn.replace("library/b 2", "")
