"""The chain's picture for the page of a site: there, or nothing."""

import shutil
from pathlib import Path

import pytest

from dockwright.run.status.chain import chain_picture


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
    drawn = chain_picture("drawn.py")
    assert "<svg" in drawn
    assert ">web<" in drawn


def test_there_is_none_where_the_site_has_no_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    box = "('one', {'dockwright_address': '192.0.2.1'})"
    Path("none.py").write_text(f"docker_hosts = [{box}]\nregistry_hosts = [{box}]\n")
    assert chain_picture("none.py") == ""
    assert chain_picture("no_such.py") == ""
