"""A registry filled from what boxes hold: whom it asks, what it says, what is left unsigned."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from dockwright.chain.engine_image import EngineImage
from dockwright.errors import DockwrightError, NotReady
from dockwright.registry.kept.from_boxes import Lost
from dockwright.registry.kept.listing import Listing
from dockwright.registry.login import Login
from dockwright.registry.signing import SigningKeys
from dockwright.run.registry import from_boxes as room
from dockwright.run.registry.brought import Brought
from dockwright.run.registry.from_boxes import fill_from_boxes
from dockwright.run.registry.looked import KeptRegistry, SiteRegistries

DIGEST, LOST, ID = (f"sha256:{letter * 64}" for letter in "12a")
PLACE = "10.0.0.1:5000"
KEYS = SigningKeys(Path("/key"), "private", ("public",), is_new=False)


def host(name: str) -> Any:
    return type("Box", (), {"name": name})()


class Site:
    """``work`` builds, ``web`` runs what it built and holds it, ``hub`` and ``spare`` keep."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        boxes = {name: host(name) for name in ("work", "web", "hub", "spare")}
        image = EngineImage(ID, (f"{PLACE}/web:latest",), (f"{PLACE}/web@{DIGEST}",))
        self.images: dict[str, Any] = {"web": {ID: image, f"{PLACE}/web:latest": image}}
        self.keys: SigningKeys | None = KEYS
        self.made = SiteRegistries(
            [
                KeptRegistry(PLACE, boxes["hub"], Listing(), None, "registry.web.1"),
                KeptRegistry("10.0.0.2:5000", boxes["spare"], Listing(), None, "registry.web.1"),
            ],
            {DIGEST: ("web: job web.web.1",), LOST: ("web: way back of web",),
             "sha256:0": ("hub: way back of registry",)},
            {"web:latest": "web"},
            boxes=boxes,
        )  # fmt: skip
        self.said: list[str] = []
        self.changes: list[bool] = []
        self.tidied = 0
        self.fails = False
        self.unsigned: list[tuple[str, str]] | None = [("web", DIGEST)]
        site = self

        @contextmanager
        def looked(_: object, *, changes: bool) -> Iterator[SiteRegistries]:
            self.changes.append(changes)
            yield self.made

        class Fake:
            def __init__(self, of: Any, target: Any, login: Login, pushers: Any, say: Any) -> None:
                assert login == Login("dockwright", "s3cret")
                site.target, site.pushers = target, [*pushers]

            def sizes(self, images: Any) -> list[int]:
                return [9 for _ in images]

            def bring(self, one: Lost) -> Brought:
                if site.fails:
                    raise KeyboardInterrupt
                return Brought(one, "web", one.tags)

            def tidy(self) -> str:
                site.tidied += 1
                return ""

        def images_on(of: Any, **_: Any) -> dict[str, EngineImage]:
            its = self.images.get(of.name, {})
            if isinstance(its, Exception):
                raise its
            return dict(its)

        def unsigned(*_: Any) -> list[tuple[str, str]]:
            if self.unsigned is None:
                raise NotReady("registry: its signatures can't be asked")
            return self.unsigned

        settings = type("S", (), {"registry_cache": {"hub": {}}})
        here = type("Here", (), {"settings": settings})
        places = {one.place: Login("dockwright", "s3cret") for one in self.made.registries}
        for name, value in {
            "looked": looked, "Bringing": Fake, "images_on": images_on, "unsigned": unsigned,
            "this_box": lambda: here, "the_builder": lambda: "work", "as_root": lambda _: {},
            "keys_of": lambda *_: self.keys, "logins_that_write": lambda _: places,
            "recorded": lambda *_: nullcontext(), "check_room": lambda sizes: f"{sizes} pass",
        }.items():  # fmt: skip
            monkeypatch.setattr(room, name, value)
        monkeypatch.setattr(room.ctx_host, "use", lambda _: nullcontext())
        monkeypatch.setattr(room.ctx_state, "get", lambda: None)
        monkeypatch.setattr(room.ctx_state, "use", lambda _: nullcontext())
        self.target: Any = None
        self.pushers: list[str] = []

    def fill(self, **options: Any) -> room.FromBoxes:
        return fill_from_boxes(say=self.said.append, **options)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(monkeypatch)


def test_the_main_one_is_given_what_a_box_holds_and_nothing_is_signed(site: Site) -> None:
    made = site.fill()
    assert site.changes == [True]
    assert site.target is site.made.registries[0]
    # no box but these is handed the login that writes
    assert site.pushers == ["work", "hub"]
    # what it takes is said before anything begins
    assert site.said == ["[9] pass", f"1 of 1: web {DIGEST[:19]}"]
    [row] = made.brought
    assert (row.image.digest, row.tags, row.why) == (DIGEST, ("latest",), "")
    # the registry's own ways back were in no registry
    assert [one.digest for one in made.lost] == [DIGEST, LOST]
    assert made.unsigned == (f"web@{DIGEST}",)
    assert (site.tidied, made.unknown, made.signs) == (1, {}, True)


def test_a_dry_run_only_says_what_there_is(site: Site) -> None:
    made = site.fill(dry_run=True)
    assert ([one.digest for one in made.held], made.brought) == ([DIGEST], [])
    assert (site.changes, site.said, site.tidied) == ([False], [], 0)


def test_where_nothing_is_signed_no_tag_is_set(site: Site) -> None:
    site.keys = None
    made = site.fill()
    assert [row.tags for row in made.brought] == [()]
    assert (made.unsigned, made.signs) == ((), False)


def test_what_is_not_known_to_be_signed_is_told_as_unsigned(site: Site) -> None:
    site.unsigned = []
    assert site.fill().unsigned == ()
    site.unsigned = None
    assert site.fill().unsigned == (f"web@{DIGEST}",)


def test_a_box_that_does_not_say_what_it_holds_is_told(site: Site) -> None:
    site.images["work"] = NotReady("box work: its engine does not answer")
    site.made.silent["old"] = "box old: no answer"
    made = site.fill()
    assert {*made.unknown} == {"work", "old"}
    assert [row.source for row in made.brought] == ["web"]


def test_the_one_that_is_named_is_given_it_where_it_runs(site: Site) -> None:
    site.fill(box="spare")
    assert site.target is site.made.registries[1]
    with pytest.raises(DockwrightError, match="box web: keeps no registry; those are hub, spare"):
        site.fill(box="web")
    site.made.registries[0].container = None
    with pytest.raises(DockwrightError, match="does not run on box hub; run deploy/registry_host"):
        site.fill()
    assert site.fill(dry_run=True).held


def test_what_is_broken_off_is_tidied(site: Site) -> None:
    site.fails = True
    with pytest.raises(KeyboardInterrupt):
        site.fill()
    assert site.tidied == 1


def test_a_builder_that_is_away_pushes_nothing(site: Site) -> None:
    del site.made.boxes["work"]
    site.fill()
    assert site.pushers == ["hub"]
