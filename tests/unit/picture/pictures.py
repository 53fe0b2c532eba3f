"""What the three pictures are drawn of, small."""

from dockwright.chain.graph import Source
from dockwright.picture.site import SiteBox, SiteLeaf
from dockwright.picture.store import Layer

SOURCES = [
    Source("base", "images/base/Dockerfile", "FROM debian:bookworm"),
    Source(
        "web", "images/web/Dockerfile", "FROM base", procfile="web: docker run -p 80:8080 web\n"
    ),
]
LAYERS = [
    Layer("sha256:aa", None, "ADD x", 7, ("base:latest",), 2),
    Layer("sha256:bb", "sha256:aa", "RUN y", None, ("web:latest",), 1),
]
BOXES = [
    SiteBox("app1", "192.0.2.1", pulls=("192.0.2.9:5000",), builds=True,
            leaves=(SiteLeaf("web", "web.web.1", "web:latest", ("80:8080",)),)),
    SiteBox("app2", "192.0.2.2", pulls=("192.0.2.9:5000",)),
    SiteBox("hub", "192.0.2.9", registry="192.0.2.9:5000"),
]  # fmt: skip
