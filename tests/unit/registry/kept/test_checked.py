"""What of a registry's folder is not sound, by the images that it concerns."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dockwright.registry.kept.checked import Flaw, flaws
from tests.unit.registry.kept.pushed import Pushed

LAYER = b"layer 1" * 10


@pytest.fixture
def made(tmp_path: Path) -> Pushed:
    made = Pushed(tmp_path)
    digest = made.push("web", "latest", [1, 2])
    made.sign("web", digest)
    made.index("api", "1.0", [made.push("api", None, [3])])
    return made


def path_of(made: Pushed, digest: str) -> Path:
    return made.root / f"blobs/sha256/{digest[7:9]}/{digest[7:]}/data"


def test_a_whole_one_has_no_flaw(made: Pushed) -> None:
    assert flaws(made.kept()) == ()


def _layer(made: Pushed) -> str:
    kept = made.kept()
    return next(one for one in kept.manifests[made.digests[0]].blobs if kept.blobs[one].size == 70)


def _no_layer(made: Pushed) -> tuple[str, str]:
    layer = _layer(made)
    path_of(made, layer).unlink()
    return "web:latest", f"{layer} is not there"


def _a_short_layer(made: Pushed) -> tuple[str, str]:
    layer = _layer(made)
    os.truncate(path_of(made, layer), 7)
    return "web:latest", f"{layer} has 7 bytes and not 70"


def _no_link(made: Pushed) -> tuple[str, str]:
    layer = _layer(made)
    (made.root / f"repositories/web/_layers/sha256/{layer[7:]}/link").unlink()
    return "web:latest", f"{layer} is no layer of web, and can't be pulled from there"


def _an_empty_link(made: Pushed) -> tuple[str, str]:
    layer = _layer(made)
    os.truncate(made.root / f"repositories/web/_layers/sha256/{layer[7:]}/link", 0)
    return "web:latest", f"{layer} is no layer of web, and can't be pulled from there"


def _no_manifest(made: Pushed) -> tuple[str, str]:
    path_of(made, made.digests[0]).unlink()
    return "web:latest", "its manifest is not there"


def _another_manifest(made: Pushed) -> tuple[str, str]:
    path_of(made, made.digests[0]).write_bytes(b"{}")
    return "web:latest", "its manifest is sha256:44136fa355b3… by its content"


def _an_empty_tag(made: Pushed) -> tuple[str, str]:
    os.truncate(made.root / "repositories/web/_manifests/tags/latest/current/link", 0)
    return "web:latest", "its file says no digest; push it again"


def _no_tag(made: Pushed) -> tuple[str, str]:
    (made.root / "repositories/web/_manifests/tags/latest/current/link").unlink()
    return "web:latest", "its file says no digest; push it again"


def _no_revision(made: Pushed) -> tuple[str, str]:
    name = made.digests[0][7:]
    (made.root / f"repositories/web/_manifests/revisions/sha256/{name}/link").unlink()
    return "web:latest", f"its manifest sha256:{name} is not there"


def _no_part(made: Pushed) -> tuple[str, str]:
    part = next(
        one for one in made.digests if one in made.kept().manifests[made.digests[-1]].children
    )
    (made.root / f"repositories/api/_manifests/revisions/sha256/{part[7:]}/link").unlink()
    return "api:1.0", f"its part {part} is not there"


@pytest.mark.parametrize(
    "break_it",
    [
        *(_no_layer, _a_short_layer, _no_link, _an_empty_link, _no_manifest, _another_manifest),
        *(_an_empty_tag, _no_tag, _no_revision, _no_part),
    ],
)
def test_what_is_broken_is_told_once_by_its_image(
    made: Pushed, break_it: Callable[[Pushed], tuple[str, str]]
) -> None:
    where, what = break_it(made)
    assert flaws(made.kept()) == (Flaw(where, what),)


def test_a_content_that_changed_is_told_by_all_that_need_it(made: Pushed) -> None:
    made.push("web", "2", [1])
    layer = _layer(made)
    no_one = f"sha256:{'7' * 64}"
    found = flaws(made.kept(), {layer: "unreadable", no_one: "0" * 64})
    assert {one.where for one in found} == {"web:latest", "web:2", no_one}
    assert Flaw("web:2", f"{layer} is unreadable by its content") in found
