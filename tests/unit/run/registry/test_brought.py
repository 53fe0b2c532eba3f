"""Images brought one by one: the ways that are tried, what a failure says, and what is tidied."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from dockwright.chain.reference import tag_of
from dockwright.errors import BoxError, DockwrightError
from dockwright.registry.kept.from_boxes import Holder, Lost
from dockwright.registry.kept.listing import Listing, Tag
from dockwright.registry.kept.retention import Gone
from dockwright.registry.login import Login
from dockwright.run.registry import brought as room
from dockwright.run.registry.brought import Bringing, Brought
from dockwright.run.registry.collect import Collected
from dockwright.run.registry.looked import KeptRegistry, SiteRegistries

DIGEST, OTHER, ID = (f"sha256:{letter * 64}" for letter in "12a")
NAME = f"web@{DIGEST}"
LOGIN = Login("dockwright", "s3cret")
FILE = Path("/saved.tar")


def host(name: str) -> Any:
    return type("Box", (), {"name": name})()


class Boxes:
    """``web1`` and ``web2`` run leaves, ``work`` builds, ``hub`` keeps the registry.

    ``comes`` is the digest that a push has; ``whole`` is whether what is saved has it all.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.boxes = {name: host(name) for name in ("web1", "web2", "work", "hub")}
        self.hub = self.boxes["hub"]
        self.target = KeptRegistry("10.0.0.1:5000", self.hub, Listing(), None, "registry.web.1")
        self.comes, self.whole, self.had = DIGEST, True, DIGEST
        self.done: list[tuple[str, ...]] = []
        self.refuses: set[str] = set()
        self.said: list[str] = []
        self.tags: dict[str, Tag] = {}
        self.collected: list[tuple[Gone, ...]] = []

        @contextmanager
        def saved(of: Any, image: str, say: Callable[[str], None]) -> Iterator[Path]:
            self.do("save", of.name, image)
            yield FILE

        def push(of: Any, *words: Any) -> str:
            assert words[3] == LOGIN
            self.do("push", of.name, *("given" for file in words[5:] if file))
            return self.comes

        @contextmanager
        def receiving(of: Any, place: str, login: Login) -> Iterator[Any]:
            assert (of, place, login) == (self.hub, self.target.place, LOGIN)
            yield self

        def collect(registry: KeptRegistry, gone: tuple[Gone, ...], grace: None) -> Collected:
            assert registry.kept.now == 8.0  # later than all that was pushed
            self.do("collect")
            self.collected.append(gone)
            return Collected(untagged={(one.repository, tag) for one in gone for tag in one.tags})

        for name, value in {
            "saved": saved, "push": push, "receiving": receiving, "collect": collect,
            "opened": nullcontext, "size_on": self.size, "this_box": lambda: "here",
            "trust": lambda of, here: self.do("trust", of.name), "as_root": lambda _: {},
            "fact_of": lambda *_: Listing(now=7.0, tags={"web": self.tags}),
            "digests": lambda *_: {NAME: self.had},
        }.items():  # fmt: skip
            monkeypatch.setattr(room, name, value)
        monkeypatch.setattr(room.ctx_host, "use", lambda _: nullcontext())

    def do(self, *words: str) -> None:
        self.done.append(words)
        if words[0] in self.refuses or words[:2] in {tuple(one.split()) for one in self.refuses}:
            raise BoxError(f"{' '.join(words)}: refused")

    def size(self, of: Any, image: str) -> int:
        self.do("size", of.name)
        return 9

    def take(self, name: str, digest: str, layout: Path, say: Callable[[int], None]) -> bool:
        assert (name, digest, layout) == ("web", DIGEST, FILE)
        self.do("blobs")
        return self.whole

    def give_tag(self, name: str, digest: str, tag: str) -> None:
        self.do("name", tag)

    def bringing(self, *pushers: str) -> Bringing:
        site = SiteRegistries(boxes=self.boxes)
        writing = {name: self.boxes[name] for name in pushers or ("work", "hub")}
        return Bringing(site, self.target, LOGIN, writing, self.said.append)


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> Boxes:
    return Boxes(monkeypatch)


def of(*holders: tuple[str, str], tags: tuple[str, ...] = ()) -> Lost:
    its = tuple(Holder(*one) for one in holders)
    return Lost("web", DIGEST, ("web1: job web.web.1",), its, tags)


def test_what_is_saved_as_it_was_packed_meets_no_other_engine(boxes: Boxes) -> None:
    one = of(("web1", DIGEST), tags=("r-0123456789ab",))
    assert boxes.bringing().bring(one) == Brought(one, "web1", ("r-0123456789ab",))
    assert boxes.done == [("save", "web1", DIGEST), ("blobs",), ("name", "r-0123456789ab")]


def test_else_the_builder_is_given_it_and_pushes(boxes: Boxes) -> None:
    work = boxes.bringing()
    assert work.bring(of(("web1", ID))).source == "web1"
    assert boxes.done == [("save", "web1", ID), ("trust", "work"), ("push", "work", "given")]
    # who has it pushes it; and is told once whom to trust
    boxes.done.clear()
    assert work.bring(of(("web1", ID), ("work", ID))).source == "work"
    assert boxes.done == [("push", "work")]


def test_what_comes_out_with_another_digest_has_no_tag_and_says_so(boxes: Boxes) -> None:
    boxes.comes = OTHER
    made = boxes.bringing().bring(of(("web1", ID), tags=("latest",)))
    assert (made.source, made.tags) == ("", ())
    packs = f"the engine of box work packs it as {OTHER[:19]}, and not as it was packed"
    assert made.why == f"box web1: {packs}"
    assert not any(words[0] == "name" for words in boxes.done)
    # the registry's own word counts
    boxes.comes, boxes.had = DIGEST, OTHER
    assert not boxes.bringing().bring(of(("web1", ID))).source


def test_what_fails_one_way_is_tried_the_next(boxes: Boxes) -> None:
    boxes.refuses = {"save web1"}
    made = boxes.bringing().bring(of(("web1", ID), ("web2", ID)))
    assert (made.source, made.why) == ("web2", "")
    boxes.whole = False
    assert boxes.bringing().bring(of(("web2", DIGEST))).source == "web2"
    boxes.refuses = {"save"}
    made = boxes.bringing().bring(of(("web1", ID), ("web2", ID)))
    # each names the box that it is about
    assert made.why == f"box web1: save web1 {ID}: refused; box web2: save web2 {ID}: refused"


def test_a_tag_that_can_t_be_set_is_told_of_an_image_that_is_there(boxes: Boxes) -> None:
    boxes.refuses = {"name latest"}
    made = boxes.bringing().bring(of(("web1", DIGEST), tags=("1", "latest", "2")))
    assert (made.source, made.tags) == ("web1", ("1",))
    assert made.why == "it is there, and not its tag: name latest: refused"


def test_only_what_passes_through_this_machine_takes_room(boxes: Boxes) -> None:
    images = [of(("web1", ID)), of(("work", ID)), of(("web2", DIGEST))]
    assert boxes.bringing().sizes(images) == [9, 9]
    boxes.refuses = {"size"}
    assert boxes.bringing().sizes(images) == [0, 0]


def test_the_tags_that_engines_pushed_by_go_at_the_end(boxes: Boxes) -> None:
    work = boxes.bringing()
    assert work.tidy() == ""
    work.bring(of(("web1", DIGEST)))
    assert work.tidy() == ""
    assert boxes.collected == []
    boxes.tags[tag_of(DIGEST)] = Tag(OTHER, 6.0)
    boxes.comes = OTHER
    work.bring(of(("web1", ID)))
    assert work.tidy() == ""
    assert [(one.digest, one.whole) for one in boxes.collected[0]] == [(OTHER, True)]
    boxes.refuses = {"collect"}
    assert work.tidy() == f"web:{tag_of(DIGEST)}"
    assert "not taken away again: collect: refused" in boxes.said[-1]


def test_a_push_that_broke_is_tidied_too(boxes: Boxes) -> None:
    work = boxes.bringing()
    boxes.refuses = {"push"}
    assert "refused" in work.bring(of(("web1", ID))).why
    boxes.tags[tag_of(DIGEST)] = Tag(DIGEST, 6.0)
    work.tidy()
    assert [one.whole for one in boxes.collected[0]] == [False]
    assert issubclass(BoxError, DockwrightError)
