"""The pages in a browser: a site with a fault of each kind, and an engine of 2,000 layers."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dockwright.chain.graph import order
from dockwright.picture import chain, layers, site
from dockwright.picture.graph import Picture
from dockwright.picture.page import page as picture_page
from dockwright.picture.render import render
from dockwright.picture.runs import PastRun
from dockwright.picture.store import StoredImage, StoreEntry
from dockwright.picture.store import layers as layers_of
from dockwright.run.status.pictures import drawn
from dockwright.status.page import page
from tests.lab.labs.figures import figure
from tests.unit.picture.pictures import BOXES, LAYERS, SOURCES
from tests.unit.status.whole_site import WHOLE

pytestmark = pytest.mark.skipif(
    not Path("/usr/bin/chromium").exists() or shutil.which("dot") is None,
    reason="no Chromium or no Graphviz on this machine: apt-get install chromium graphviz",
)
DRIVER = Path(__file__).with_name("browser.py")


def _look(text: str, folder: Path) -> dict[str, Any]:
    file = folder / "page.html"
    file.write_text(text)
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(file), str(folder)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["console"] == []
    assert told["requests"] == [f"file://{file}"]
    assert told["unreached"] == 0
    assert told["wide"] <= 400
    for name in ("light", "dark", "narrow", "print"):
        assert (folder / f"{name}.png").stat().st_size > 3000
    return told


def _is_used_by_keyboard(picture: dict[str, Any], others: int) -> None:
    assert all(picture[key] for key in ("+", "-", "ArrowLeft", "ArrowDown", "0"))
    assert picture["found"]
    assert (picture["chosen"], picture["in sight"]) == (1, True)
    assert picture["dim"] >= others


def _big() -> Picture:
    """200 images with 10 layers each of their own."""
    chosen = random.Random(1)  # noqa: S311
    stacks: list[tuple[tuple[str, ...], tuple[StoreEntry, ...]]] = [((), ())]
    images = []
    for number in range(200):
        below, made = chosen.choice(stacks)
        own = tuple(f"sha256:{chosen.getrandbits(256):064x}" for _ in range(10))
        by = tuple(StoreEntry(f"RUN make part {number} of {at}", "", 999 + at) for at in range(10))
        stacks.append((below + own, made + by))
        images.append(StoredImage(f"sha256:{number:064x}", (f"image{number}:1",), *stacks[-1]))
    return layers.draw(layers_of(images), "docker")


def test_a_page_of_a_site_asks_nobody_and_all_of_it_is_reached_by_the_keyboard(
    tmp_path: Path,
) -> None:
    pictures = drawn(
        [site.draw(BOXES), chain.draw(SOURCES, order(SOURCES)), layers.draw(LAYERS, "app1")]
    )
    runs = [
        PastRun(
            "docker", 1796000000.0 + at * 3000, 90.0, "failed" if at == 3 else "ok", "jane@desk"
        )
        for at in range(6)
    ]
    told = _look(page(WHOLE, pictures, runs, ["docker: Leaves", "  ~ zenweb: image"]), tmp_path)
    assert told["nodes"] == 3 + 3 + 2
    _is_used_by_keyboard(told["picture"], 0)


def test_200_images_of_2000_layers_open_in_two_seconds(tmp_path: Path) -> None:
    [big] = drawn([_big()])
    told = _look(page(WHOLE, [big]), tmp_path)
    assert told["nodes"] == 2000
    figure(f"page of 200 images and 2,000 layers: {told['seconds']:.1f} s in Chromium")
    assert told["seconds"] < 4  # aim 2, on a machine that does nothing else
    _is_used_by_keyboard(told["picture"], 500)


def test_a_picture_by_itself_is_a_page_too(tmp_path: Path) -> None:
    made = chain.draw(SOURCES, order(SOURCES))
    told = _look(render(made, "html").decode(), tmp_path)
    assert told["nodes"] == 3
    _is_used_by_keyboard(told["picture"], 0)
    assert picture_page(made.title, render(made, "svg").decode()).count("<svg") == 1
