"""What boxes are to run, by an inventory alone."""

from pathlib import Path

import pytest

from dockwright.picture.site import SiteBox, SiteLeaf
from dockwright.run.site_picture import boxes_of

SITE = """
_images = "images"
docker_hosts = [
    ("app1", {"dockwright_address": "192.0.2.1", "dockwright_scale": {"web": {"web": 2}}}),
    ("app2", {"dockwright_address": "192.0.2.2", "dockwright_leaves": []}),
]
registry_hosts = [("hub", {"dockwright_address": "192.0.2.9"})]
builders = ["app2"]
"""


def test_boxes_leaves_ports_and_who_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("drawn_site.py").write_text(SITE)
    Path("images/web").mkdir(parents=True)
    Path("images/web/Dockerfile").write_text("FROM debian:bookworm\n")
    Path("images/web/Procfile").write_text("web: docker run -p 8080:80 web\n")
    app1, app2, hub = boxes_of("drawn_site.py")
    assert app1 == SiteBox(
        "app1", "192.0.2.1", pulls=("192.0.2.9:5000",), leaves=(
            SiteLeaf("web", "web.web.1", "web:latest", ("192.0.2.1:8080:80",)),
            SiteLeaf("web", "web.web.2", "web:latest", ("192.0.2.1:8081:80",)),
        ),
    )  # fmt: skip
    assert (app2.builds, app2.leaves, app2.pulls) == (True, (), ("192.0.2.9:5000",))
    assert hub == SiteBox("hub", "192.0.2.9", registry="192.0.2.9:5000")
    assert [box.name for box in boxes_of("drawn_site.py", ["app1"])] == ["app2", "hub"]
