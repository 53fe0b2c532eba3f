"""The pictures for the page of a site: there, or nothing."""

import shutil
from pathlib import Path

import pytest

from dockwright.picture.graph import Node, Picture
from dockwright.run.status.pictures import drawn, pictures_of


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not here")
def test_it_is_drawn_of_the_sites_image_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    box = "('one', {'dockwright_address': '192.0.2.1'})"
    Path("drawn.py").write_text(f"docker_hosts = [{box}]\nregistry_hosts = [{box}]\n")
    Path("images/web").mkdir(parents=True)
    Path("images/web/Dockerfile").write_text("FROM debian:bookworm\n")
    Path("images/web/Procfile").write_text("web: docker run -p 80:80 web\n")
    site, chain = drawn(pictures_of("drawn.py"))
    assert (site.title, chain.title) == ("The site as declared", "The chain of images")
    assert site.svg.startswith("<svg")
    assert ">web.web.1<" in site.svg
    assert ">web<" in chain.svg


def test_there_is_none_where_the_site_has_no_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    box = "('one', {'dockwright_address': '192.0.2.1'})"
    Path("none.py").write_text(f"docker_hosts = [{box}]\nregistry_hosts = [{box}]\n")
    assert pictures_of("none.py") == []
    assert pictures_of("no_such.py") == []


def test_there_is_none_without_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert drawn([Picture("chain", "LR", (Node("a", "base", ()),), (), ())]) == []
