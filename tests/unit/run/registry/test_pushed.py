"""An engine that pushes what it has or is given: by which tag, and what it has afterwards."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from dockwright import sdk
from dockwright.errors import DockwrightError
from dockwright.registry.login import Login
from dockwright.run.registry import pushed as room
from dockwright.run.registry.pushed import push
from tests.unit.engine.saved_archive import Archive

REPOSITORY = "10.0.0.1:5000/web"
DIGEST = "sha256:" + "1" * 64
TAG = DIGEST.replace(":", "-")
NAME = f"{REPOSITORY}:{TAG}"
ID = "sha256:" + "a" * 64
LOGIN = Login("dockwright", "s3cret")


class Engine:
    """Images by their IDs and tags; ``done`` is what was asked of it."""

    def __init__(self, tags: Sequence[str], digests: Sequence[str]) -> None:
        its = {"RepoTags": [*tags], "RepoDigests": [*digests]}
        self.images = dict.fromkeys([ID, *tags] if tags or digests else tags, its)
        self.done: list[tuple[str, ...]] = []

    def inspect_image(self, name: str) -> dict[str, Any]:
        if name not in self.images:
            raise sdk.ImageNotFound(name)
        return self.images[name]

    def tag(self, image: str, repository: str, tag: str) -> None:
        self.done.append(("tag", image, f"{repository}:{tag}"))

    def remove_image(self, name: str) -> None:
        self.done.append(("remove", name))


def pushed(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, file: Path | None = None, fails: bool = False
) -> str:
    def send(of: Any, repository: str, tag: str, login: Login, _: Any) -> tuple[str, int]:
        assert (of, login) == (engine, LOGIN)
        engine.done.append(("push", f"{repository}:{tag}"))
        if fails:
            raise DockwrightError("push: no")
        return "sha256:2", 1

    def load(_: Any, path: Path, image: str, tag: str) -> None:
        assert path == file
        engine.done.append(("load", image, tag))

    monkeypatch.setattr(room, "worker", lambda _: engine)
    monkeypatch.setattr(room, "talking", lambda _: nullcontext())
    monkeypatch.setattr(room.transfer, "push", send)
    monkeypatch.setattr(room, "load", load)
    host: Any = object()
    return push(host, REPOSITORY, DIGEST, ID, LOGIN, print, file)


def test_what_it_has_is_pushed_by_the_tag_of_its_digest_which_goes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = Engine([f"{REPOSITORY}:latest"], [f"{REPOSITORY}@{DIGEST}"])
    assert pushed(monkeypatch, engine) == "sha256:2"
    assert engine.done == [("tag", ID, NAME), ("push", NAME), ("remove", NAME)]


@pytest.mark.parametrize("tags", [[], ["web:latest"], [NAME]])
def test_an_image_that_would_be_lost_with_that_tag_keeps_it(
    monkeypatch: pytest.MonkeyPatch, tags: list[str]
) -> None:
    engine = Engine(tags, [f"{REPOSITORY}@{DIGEST}"])
    pushed(monkeypatch, engine)
    assert ("remove", NAME) not in engine.done


def test_what_it_is_given_goes_whatever_became_of_the_push(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = Archive().write(tmp_path / "a.tar")
    monkeypatch.setattr(room, "images_in", lambda _: ())
    engine = Engine([], [])
    with pytest.raises(DockwrightError, match="push: no"):
        pushed(monkeypatch, engine, file, fails=True)
    # under no name of the file's: these could move tags of the box
    assert engine.done == [("load", NAME, NAME), ("push", NAME), ("remove", NAME)]
