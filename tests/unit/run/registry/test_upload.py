"""An image given to a registry byte by byte: what is sent, what is not sent again, what fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.engine.oci_layout import opened
from dockwright.errors import DockwrightError
from dockwright.registry.login import Login
from dockwright.run.registry import upload
from dockwright.run.registry.upload import receiving
from tests.unit.engine.saved_archive import Archive
from tests.unit.facts.loopback import Registry, box, serving

LOGIN = Login("dockwright", "s3cret")


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    with serving(monkeypatch, upload) as made:
        yield made


@pytest.fixture
def archive(tmp_path: Path) -> tuple[Archive, Path, str, str]:
    """With a file of it, and its index and one of the images that this names."""
    made = Archive()
    one = made.image(b"layer" * 99)
    index = made.index(one, made.image(b"layer" * 99, b"more"))
    return made, made.write(tmp_path / "a.tar"), index["digest"], one["digest"]


def take(registry: Registry, file: Path, digest: str) -> tuple[bool, int]:
    sent: list[int] = []
    with receiving(box(), registry.place, LOGIN) as to, opened(file) as layout:
        return to.take("web", digest, layout, sent.append), sum(sent)


def test_all_of_it_is_there_by_its_digests(
    registry: Registry, archive: tuple[Archive, Path, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, file, index, one = archive
    monkeypatch.setattr(upload, "_PIECE", 100)
    whole, sent = take(registry, file, index)
    assert whole
    assert sent == sum(map(len, registry.blobs.values()))
    assert registry.manifests["web"][index] == made.blobs[index]
    assert registry.manifests["web"].keys() | registry.blobs.keys() == made.blobs.keys()
    assert any(line.startswith("PATCH") and line.endswith("state=2") for line in registry.requests)
    # parts before what names them; the login goes with each
    puts = [line.rpartition("/")[2] for line in registry.requests if "PUT /v2/web/man" in line]
    assert (puts.index(one) < puts.index(index), len(puts)) == (True, 3)
    assert registry.logins == {LOGIN.basic()}
    # a second time only manifests are sent
    assert take(registry, file, index) == (True, 0)


def test_what_is_not_whole_in_the_file_is_not_begun(
    registry: Registry, archive: tuple[Archive, Path, str, str]
) -> None:
    made, file, index, one = archive
    del made.blobs[one]
    assert take(registry, made.write(file), index) == (False, 0)
    assert registry.requests == []


def test_a_tag_is_given_to_the_manifest_that_is_there(
    registry: Registry, archive: tuple[Archive, Path, str, str]
) -> None:
    made, file, index, _ = archive
    take(registry, file, index)
    with receiving(box(), registry.place, LOGIN) as to:
        to.give_tag("web", index, "r-0123456789ab")
        assert registry.manifests["web"]["r-0123456789ab"] == made.blobs[index]
        with pytest.raises(DockwrightError, match=r"answered GET /v2/web/manifests/.* by 404"):
            to.give_tag("web", "sha256:" + "0" * 64, "x")
        registry.manifests["web"][index] += b" "
        with pytest.raises(DockwrightError, match="by its content; run `dockwright registry ver"):
            to.give_tag("web", index, "x")


@pytest.mark.parametrize("path", ["uploads/here", "uploads/", "manifests/"])
def test_a_refusal_says_what_was_asked_and_where_to_look(
    registry: Registry, archive: tuple[Archive, Path, str, str], path: str
) -> None:
    registry.instead = lambda asked: 507 if path in asked else None
    with pytest.raises(
        DockwrightError, match=r"registry 127.*: answered P\w+ .* by 507; see its log"
    ):
        take(registry, archive[1], archive[2])


def test_one_that_is_down_is_an_error_of_one_line(
    registry: Registry, archive: tuple[Archive, Path, str, str]
) -> None:
    registry.server.shutdown()
    registry.server.server_close()
    with pytest.raises(DockwrightError, match="can't be given images through box web1") as failed:
        take(registry, archive[1], archive[2])
    assert "\n" not in str(failed.value)
