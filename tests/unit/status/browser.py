"""A page in Debian's Chromium, as a person uses it: by keyboard, in light, dark, narrow and print.

A program of its own, since Playwright brings a loop that does not go together with gevent's:
``browser.py PAGE FOLDER`` writes screenshots into FOLDER and prints what it found as JSON.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
_TABS = 400  # at most
# what has the focus, told apart by its place among all elements
_FOCUSED = """() => {
  const one = document.activeElement;
  return one && one !== document.body ? [...document.querySelectorAll('*')].indexOf(one) : null;
}"""
# what is to be reached by the keyboard, and can be seen
_REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input, summary, [tabindex="0"]')]
  .filter(one => one.checkVisibility() && one.getClientRects().length)
  .map(one => [...document.querySelectorAll('*')].indexOf(one))"""
_MOVES = "[...document.querySelectorAll('.view')].every(one => one.matches('.moves'))"
_MATRIX = "svg => svg.querySelector('.svg-pan-zoom_viewport').getAttribute('transform')"


def look(file: str, folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = {"console": [], "requests": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.on("console", lambda message: told["console"].append(message.text))
        page.on("pageerror", lambda error: told["console"].append(str(error)))
        page.on("request", lambda request: told["requests"].append(request.url))
        began = time.monotonic()
        page.goto(f"file://{file}")
        for fold in page.query_selector_all("details > summary"):
            fold.focus()
            page.keyboard.press("Enter")
        page.wait_for_function(_MOVES)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        told["seconds"] = time.monotonic() - began
        told["nodes"] = len(page.query_selector_all("g.node"))
        for name, media in (
            ("light", {"color_scheme": "light"}),
            ("dark", {"color_scheme": "dark"}),
            ("print", {"media": "print", "color_scheme": "light"}),
        ):
            page.emulate_media(**media)  # type: ignore[arg-type]
            page.screenshot(path=folder / f"{name}.png", full_page=True)
        page.emulate_media(media="screen")
        told["unreached"] = _unreached(page)
        told["picture"] = _picture(page) if page.query_selector(".picture") else None
        page.set_viewport_size({"width": 400, "height": 800})
        page.screenshot(path=folder / "narrow.png", full_page=True)
        told["wide"] = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    return told


def _unreached(page: Page) -> int:
    """How many of the things to reach the tabulator does not come by."""
    wanted = set(page.evaluate(_REACHABLE))
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(min(_TABS, len(wanted) + 5)):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is not None:
            reached.add(focused)
    return len(wanted - reached)


def _picture(page: Page) -> dict[str, Any]:
    """The last picture, used by the keyboard alone."""
    picture = page.query_selector_all(".picture")[-1]
    view, svg = picture.query_selector(".view"), picture.query_selector("svg")
    field = picture.query_selector("input[type=search]")
    assert view is not None
    assert svg is not None
    assert field is not None
    told: dict[str, Any] = {}
    for key in ("+", "-", "ArrowLeft", "ArrowDown", "0"):
        view.focus()
        before = svg.evaluate(_MATRIX)
        page.keyboard.press(key)
        page.wait_for_timeout(100)
        told[key] = svg.evaluate(_MATRIX) != before
    last = picture.query_selector_all("g.node text")[-1].text_content() or ""
    field.focus()
    page.keyboard.type(last)
    told["found"] = [one.text_content() for one in picture.query_selector_all(".found button")]
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    told["chosen"] = len(picture.query_selector_all("g.node.chosen"))
    chosen = picture.query_selector("g.node.chosen")
    box, frame = (chosen and chosen.bounding_box()), view.bounding_box()
    assert box is not None
    assert frame is not None
    told["in sight"] = (
        frame["x"] <= box["x"] + box["width"] / 2 <= frame["x"] + frame["width"]
        and frame["y"] <= box["y"] + box["height"] / 2 <= frame["y"] + frame["height"]
    )
    told["dim"] = len(picture.query_selector_all("g.node.dim"))
    return told


if __name__ == "__main__":
    print(json.dumps(look(sys.argv[1], Path(sys.argv[2]))))
