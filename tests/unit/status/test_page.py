"""The page of a site: whole, of itself alone, and with nothing of a box unescaped."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dockwright.picture.page import Drawn
from dockwright.picture.runs import PastRun
from dockwright.status.page import page
from dockwright.status.rows import BoxRow, Remark, Site
from tests.unit.status.whole_site import WHOLE

VOID = {"meta", "input", "br", "link", "img", "hr"}


class _Reader(HTMLParser):
    """What a page consists of: each element closed in its turn, anchors, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & {*self.open}:
            self.words.append(data)

    def all(self, attribute: str) -> list[str]:
        return [str(of[attribute]) for _, of in self.elements if attribute in of]


def _read(site: Site) -> _Reader:
    reader = _Reader(page(site))
    assert reader.open == []
    return reader


def test_the_page_says_all_that_the_text_does_and_the_worst_first() -> None:
    words = " ".join(" ".join(_read(WHOLE).words).split())
    assert words.index("no answer box gone: is silent") < words.index("to do box docker: reboot it")
    for cell in ("20.10.24", "820 d", "healthy, 24 h", "192.0.2.1:80", "reg:5000", "1 MiB"):
        assert cell in words
    assert "no answer 2 boxes, 1 instance: 1 without an answer, 1 to do" in words


def test_it_asks_nobody_for_anything() -> None:
    reader = _read(WHOLE)
    assert {tag for tag, _ in reader.elements} & {"link", "img", "iframe", "object"} == set()
    assert reader.all("src") == []
    assert all(link.startswith("#") for link in reader.all("href"))
    [policy] = [of["content"] for tag, of in reader.elements if "http-equiv" in of]
    assert str(policy).startswith("default-src 'none';")
    assert not re.search(r"https?:|url\(|@import", page(WHOLE))


def test_every_link_leads_to_a_row_and_what_scrolls_is_reached_by_the_keyboard() -> None:
    absent = BoxRow("web2", "absent", (Remark("absent", "left out by --skip"),))
    reader = _read(replace(WHOLE, boxes=(*WHOLE.boxes, absent)))
    ids = reader.all("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in reader.all("href")} <= set(ids)
    scrolls = [of for _, of in reader.elements if "scrolls" in str(of.get("class", "")).split()]
    assert [of.get("tabindex") for of in scrolls] == ["0"] * 5
    assert "prefers-color-scheme: dark" in page(WHOLE)


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "\"' onload=alert(1) x='", "\x1b[2J"]
)
def test_what_a_box_says_is_text(evil: str) -> None:
    remark = (Remark("due", evil),)
    run = replace(WHOLE.boxes[0].last_run, who=evil, began=evil, result=evil)  # type: ignore[type-var]
    box = replace(WHOLE.boxes[0], box=evil, engine=evil, remarks=remark, last_run=run)
    leaf = replace(
        WHOLE.leaves[0], box=evil, job=evil, version=evil, health=evil, addresses=(evil,),
        remarks=remark,
    )  # fmt: skip
    registry = replace(WHOLE.registries[0], registry=evil, box=evil, remarks=remark)
    plain = [tag for tag, _ in _read(WHOLE).elements]
    site = Site(evil, (box,), (leaf,), (registry,), (evil,))
    reader = _read(site)
    assert {tag for tag, _ in reader.elements} <= {*plain}
    assert reader.all("onload") == []
    assert "\x1b" not in page(site)
    assert [tag for tag, _ in reader.elements].count("script") == 1


def test_pictures_are_folded_and_what_a_plan_says_is_text() -> None:
    drawn = Drawn("The <chain>", "<svg><g></g></svg>")
    made = page(WHOLE, [drawn], (), ["docker: Leaves", "  ~ <b>"])
    reader = _Reader(made)
    words = " ".join(reader.words)
    assert "The <chain>" in words
    assert "docker: Leaves\n  ~ <b>" in words
    assert [tag for tag, _ in reader.elements].count("details") == 1
    assert "svgPanZoom" in made
    assert "svgPanZoom" not in page(WHOLE)


def test_runs_are_drawn_and_the_newest_are_listed_first() -> None:
    runs = [
        PastRun("docker", 1796000000.0 + 60 * at, 30.0, result, "<jane>", "deploy/site.py", at)
        for at, result in enumerate(["ok"] * 40 + ["failed"])
    ]
    reader = _Reader(page(WHOLE, (), runs))
    assert reader.open == []
    marks = [of["class"] for tag, of in reader.elements if tag == "rect"]
    assert marks == [*["well"] * 40, "wrong"]
    words = " ".join(" ".join(reader.words).split())
    assert words.index(
        "failed 2026-11-30 01:33 docker 30 s 40 <jane> deploy/site.py"
    ) < words.index("ok 2026-11-30 01:32 docker 30 s 39 <jane>")
