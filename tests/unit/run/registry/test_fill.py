"""Registries filled from one another: who gives what to whom, and what a refusal reads like."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dockwright.errors import DockwrightError
from dockwright.registry.login import Login
from dockwright.run.registry import fill as room
from dockwright.run.registry.fill import _side, fill
from dockwright.run.registry.looked import KeptRegistry, SiteRegistries
from tests.unit.registry.kept.pushed import Pushed


def _box(name: str) -> Any:
    return type("Box", (), {"name": name})()


class Two:
    """Two registries, of which the first has an image that the other lacks."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
        one, other = Pushed(folder / "one"), Pushed(folder / "other")
        one.push("web", "latest")
        self.site = SiteRegistries(
            [
                KeptRegistry("10.0.0.1:5000", _box("hub"), one.kept(), None, "registry.web.1"),
                KeptRegistry("10.0.0.2:5000", _box("spare"), other.kept(), None, "registry.web.1"),
            ]
        )
        self.orders: list[list[str]] = []

        @contextmanager
        def looked(*_: object, **__: object) -> Iterator[SiteRegistries]:
            yield self.site

        def run(host: object, script: str, stdin: bytes, tell: Callable[[str], None]) -> int:
            assert "registry-fill" in script
            self.orders.append(stdin.decode().splitlines())
            for line in said:
                tell(line)
            return 0

        @contextmanager
        def recorded(*_: object) -> Iterator[None]:
            yield

        @contextmanager
        def use(_: object) -> Iterator[None]:
            yield

        places = {one.place: Login("reader", "s3c\\ret") for one in self.site.registries}
        monkeypatch.setattr(room, "looked", looked)
        monkeypatch.setattr(room, "run", run)
        monkeypatch.setattr(room, "recorded", recorded)
        monkeypatch.setattr(room.ctx_host, "use", use)
        here = type("Here", (), {"settings": type("S", (), {"registry_tls": True})})
        monkeypatch.setattr(room, "this_box", lambda: here)
        monkeypatch.setattr(room, "logins", lambda _: places)
        monkeypatch.setattr(room, "logins_that_write", lambda _: places)


def test_the_one_that_lacks_it_is_given_it_and_the_other_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = Two(tmp_path, monkeypatch, ["blobs 2", "done"])
    assert [len(one.images) for one in fill(dry_run=True)] == [0, 1]
    assert two.orders == []
    assert [len(one.images) for one in fill()] == [0, 1]
    [lines] = two.orders
    assert lines[0].startswith("source https://10.0.0.1:5000 ")
    assert lines[1].startswith("target https://10.0.0.2:5000 ")
    assert lines[1].endswith(" /certs.d/10.0.0.2:5000/ca.crt")
    assert [line.split()[0] for line in lines[2:]] == ["blob", "blob", "manifest", "tag", "end"]
    assert [len(one.images) for one in fill(box="hub")] == [0]


def test_what_is_not_its_end_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = Two(tmp_path, monkeypatch, ["filled web 0a", "curl: (22) 401"])
    with pytest.raises(DockwrightError, match=r"box spare: from 10.0.0.1:5000: curl: \(22\) 401"):
        fill()
    two.site.registries[1].container = None
    with pytest.raises(DockwrightError, match="does not run on box spare"):
        fill()
    with pytest.raises(DockwrightError, match="box work: keeps no registry; those are hub, spare"):
        fill(box="work")
    del two.site.registries[1]
    with pytest.raises(DockwrightError, match="one registry, and none to fill it from"):
        fill()


def test_a_login_is_curls_setting_whatever_is_in_it() -> None:
    words = _side("source", "r.test:5000", Login("a", 'b"\\c'), tls=False).split()
    assert words[:2] == ["source", "http://r.test:5000"]
    assert base64.b64decode(words[2]).decode() == 'user = "a:b\\"\\\\c"\n'
    assert words[3] == "-"
    assert _side("source", "r.test:5000", None, tls=False).split()[2] == "-"
