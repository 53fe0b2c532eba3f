"""Removal, collection and verification on a registry that a folder stands for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dockwright.errors import DockwrightError
from dockwright.registry.kept.retention import order
from dockwright.run.registry import deeds as room
from dockwright.run.registry.collect import Collected, _read
from dockwright.run.registry.deeds import remove, tidy, verify
from dockwright.run.registry.looked import KeptRegistry, SiteRegistries
from tests.unit.registry.kept.pushed import NOW, Pushed

OLD = NOW - 360_000
BOX: Any = type("Box", (), {"name": "hub"})()
PLACE = "10.0.0.1:5000"


class Site:
    """One registry, whose container is the script itself."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made, self.looked, self.collections = Pushed(folder), SiteRegistries(), 0
        self.said: list[str] = []
        self.changes: list[bool] = []
        self.generations: int | None = 2

        @contextmanager
        def looked(*_: object, changes: bool = False, **__: object) -> Iterator[SiteRegistries]:
            self.changes.append(changes)
            self.looked.registries = [
                KeptRegistry(PLACE, BOX, self.made.kept(), self.generations, "registry.web.1")
            ]
            yield self.looked

        def collect(one: KeptRegistry, gone: Any, grace: float | None) -> Collected:
            self.collections += 1
            return _read(self.made.collect(order(one.kept, gone, grace)))[0]

        @contextmanager
        def recorded(*_: object) -> Iterator[None]:
            yield

        monkeypatch.setattr(room, "looked", looked)
        monkeypatch.setattr(room, "collect", collect)
        monkeypatch.setattr(room, "recorded", recorded)
        self.noted: list[tuple[str, int]] = []
        monkeypatch.setattr(room, "note", lambda _, what, number: self.noted.append((what, number)))
        monkeypatch.setattr(room, "_again", lambda one: self.made.kept())

    def remove(self, image: str) -> None:
        remove(image, say=self.said.append)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    made = Site(tmp_path, monkeypatch)
    for number in range(4):
        made.made.push("web", f"r-{number:012x}", [number], OLD + number)
    made.made.push("web", "latest", [3], OLD + 3)
    return made


def test_what_is_needed_is_not_removed_and_what_is_not_is(site: Site) -> None:
    pinned = site.made.digests[0]
    site.looked.pins[pinned] = ("web1: way back of web",)
    with pytest.raises(DockwrightError, match="web:r-000000000000: needed by web1: way back of"):
        site.remove("web:r-000000000000")
    assert site.collections == 0
    site.remove("web:r-000000000001")
    assert site.made.kept().revisions["web"].keys() == {*site.made.digests} - {site.made.digests[1]}
    assert site.said == [
        f"{PLACE}/web:r-000000000001: removed; `dockwright registry gc` frees its room"
    ]
    assert site.changes == [True, True]


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("web", "not REPOSITORY:TAG"),
        ("web:a b", "not REPOSITORY:TAG"),
        ("web:9", "not in 10.0.0.1:5000; its tags: latest, r-000000000000"),
        ("wbe:latest", "did you mean web:latest"),
        ("other:1", "see `dockwright registry ls`"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(site: Site, image: str, why: str) -> None:
    with pytest.raises(DockwrightError, match=why):
        site.remove(image)
    assert site.collections == 0


def test_while_a_box_is_silent_nothing_is_removed_that_it_may_need(site: Site) -> None:
    site.looked.silent = {"web2": "box web2: no answer within 30 s"}
    site.looked.absent = {"web3": "away, as dockwright_away says"}
    before = site.made.kept().revisions
    with pytest.raises(DockwrightError, match=r"box web3: away.*; box web2: no answer"):
        site.remove("web:latest")
    [outcome], trouble = tidy(grace=3600)
    assert outcome.gone == ()
    assert trouble.startswith("no image was removed: box web3: away")
    assert site.made.kept().revisions == before


def test_a_collection_takes_what_a_dry_run_says(site: Site) -> None:
    [said], _ = tidy(dry_run=True)
    assert site.changes == [False] and site.collections == 0
    [done], trouble = tidy()
    assert (done.gone, done.freed.size, trouble) == (said.gone, said.freed.size, "")
    assert [one.digest for one in done.gone] == site.made.digests[:2]
    assert site.noted == [("collected", done.freed.size)]
    site.generations = None
    assert tidy()[0][0].gone == ()


def test_what_is_sound_has_no_flaws_and_what_is_gone_by_now_is_none(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verify(None, None, None)[0].flaws == ()
    whole = site.made.kept()
    digest = site.made.digests[0]
    (site.made.root / f"blobs/sha256/{digest[7:9]}/{digest[7:]}/data").unlink()
    [flaw] = verify(None, None, lambda one: {})[0].flaws
    assert flaw.where == "web:r-000000000000"
    monkeypatch.setattr(room, "_again", lambda one: whole)
    assert verify(None, None, None)[0].flaws == ()
