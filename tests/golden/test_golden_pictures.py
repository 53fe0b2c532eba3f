"""Whole pictures as DOT, and that docs/ shows the chain as it is.

After a wanted change: DOCKWRIGHT_GOLDEN=write pytest tests/golden, and read the difference. That
writes docs/chain.dot too; docs/chain.svg takes Graphviz:
dockwright graph chain images --format svg -o docs/chain.svg
"""

import html
import os
import re
from pathlib import Path

import pytest

from dockwright.chain.graph import Source, order
from dockwright.chain.read import read
from dockwright.picture import chain, layers
from dockwright.picture.dot import dot
from dockwright.picture.store import StoredImage, StoreEntry
from dockwright.picture.store import layers as layers_of

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent / "pictures"
DIGEST = "sha256:" + "0123456789abcdef" * 4


def _chain() -> str:
    procfile = (
        "web: docker run -p 7990:7990 -p 127.0.0.1:8080:80 -p 7990:7990/udp stash:2.7.0\n"
        "ssh: docker run -p 7999:7999 -p 22 -p $PORT:5000 --env FROM_THE_SITE stash\n"
    )
    sources = [
        Source("base", "images/base/Dockerfile", "ARG B=debian:bookworm\nFROM $B"),
        Source("edge", "images/edge/Dockerfile", "FROM scratch\nCOPY --from=base / /"),
        Source(
            "stash",
            "images/stash/Dockerfile",
            f"FROM base AS built\nFROM java\nCOPY --from=edge / /\n"
            f"COPY --from=registry.example.org:5000/tools@{DIGEST} / /",
            procfile=procfile,
            version="2.7.0",
        ),
        Source("java", "images/java/Dockerfile", "FROM base"),
    ]
    return dot(chain.draw(sources, order(sources)))


def _layers() -> str:
    base = (StoreEntry("", "Imported from -", 164_048_191),)
    web = (
        *base,
        StoreEntry("/bin/sh -c #(nop)  ENV A=1"),
        StoreEntry(
            "|2 TOKEN=secret B= /bin/sh -c make \\\n  && printf '%s\\N' \"<b>&grüße ☃\"", "", 999
        ),
        StoreEntry(f"/bin/sh -c #(nop) COPY file:{DIGEST[7:]} in /etc/x ", "", 0),
        StoreEntry('CMD ["x"]', "buildkit.dockerfile.v0"),
    )
    other = (*base, StoreEntry("RUN |1 TOKEN=secret /bin/sh -c true # buildkit", "", 1_000_000))
    images = [
        StoredImage("sha256:aa", ("debian:bookworm",), ("sha256:1",), base),
        StoredImage(
            "sha256:bb", ("box:5000/web:1", "web:1"), ("sha256:1", "sha256:2", "sha256:3"), web
        ),
        StoredImage(DIGEST, (), ("sha256:1", "sha256:3"), other),
        StoredImage("sha256:dd", (f"box:5000/a@{DIGEST}",), ("sha256:2",), ()),
    ]
    return dot(layers.draw(layers_of(images), "docker"))


@pytest.mark.parametrize(("name", "drawn"), [("chain", _chain()), ("layers", _layers())])
def test_a_picture_is_the_golden_one(name: str, drawn: str) -> None:
    golden = FOLDER / f"{name}.dot"
    if os.environ.get("DOCKWRIGHT_GOLDEN") == "write":
        golden.write_text(drawn, encoding="utf-8")
    assert drawn == golden.read_text(encoding="utf-8")


def test_the_values_of_build_arguments_are_not_shown() -> None:
    assert "secret" not in _layers()


def test_docs_have_the_chain_as_the_dockerfiles_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    sources = read(Path("images"))
    drawn = dot(chain.draw(sources, order(sources)))
    if os.environ.get("DOCKWRIGHT_GOLDEN") == "write":
        Path("docs/chain.dot").write_text(drawn, encoding="utf-8")
    assert drawn == Path("docs/chain.dot").read_text(encoding="utf-8"), (
        "run: dockwright graph chain images -o docs/chain.dot"
    )


def test_the_svg_in_docs_shows_what_the_dot_beside_it_says() -> None:
    """Its bytes hang on the version of Graphviz; its nodes, edges and texts do not."""
    source = (ROOT / "docs/chain.dot").read_text(encoding="utf-8")
    svg = (ROOT / "docs/chain.svg").read_text(encoding="utf-8")
    nodes = set(re.findall(r'^\t"?([^"\t]+?)"? \[label=', source, re.M))
    edges = {
        (tail.strip('"'), head.strip('"'))
        for tail, head in re.findall(r'^\t(".+?"|\S+) -> (".+?"|\S+)', source, re.M)
    }
    titles = [html.unescape(title) for title in re.findall(r"<title>(.*?)</title>", svg)]
    assert nodes
    assert edges
    assert set(titles) == {"chain", *nodes, *(f"{tail}->{head}" for tail, head in edges)}
    said = {html.unescape(text) for text in re.findall(r"<text .*?>(.*?)</text>", svg)}
    labels = re.findall(r"label=<(.*?)>(?: color|$)", source)
    shown = {html.unescape(part) for label in labels for part in re.split(r"<[^>]*>", label)}
    assert shown - {""} <= said, "run: dockwright graph chain images -o docs/chain.svg"
