"""What a registry lacks of another one, and the order that gives it that."""

from pathlib import Path

import pytest

from dockwright.registry.kept.filling import lacking, order
from tests.unit.registry.kept.pushed import NOW, Pushed


@pytest.fixture
def both(tmp_path: Path) -> tuple[Pushed, Pushed]:
    return Pushed(tmp_path / "one"), Pushed(tmp_path / "other")


def test_one_that_is_empty_lacks_all_that_has_a_name_or_is_needed(
    both: tuple[Pushed, Pushed],
) -> None:
    one, other = both
    old = one.push("web", None, [1], NOW - 2)
    needed = one.push("web", None, [2], NOW - 1)
    named = one.push("web", "latest", [2, 3])
    one.sign("web", named)
    found = lacking(one.kept(), other.kept(), {needed: ("web1: job web.web.1",)})
    digests = [lacks.digest for lacks in found]
    assert (digests[0], digests[1] == named, old in digests) == (needed, True, False)
    assert [len(lacks.tags) for lacks in found] == [0, 1, 1, 1]
    lines = order(one.kept(), found)
    assert lines[-1] == "end"
    # layers and settings before what names them, and that before its tags; each once
    assert len(lines) == len(set(lines))
    type_ = "application/vnd.docker.distribution.manifest.v2+json"
    whole = lines.index(f"manifest web {named[7:]} {type_}")
    assert lines[whole + 1] == f"tag web latest {named[7:]} {type_}"
    blobs = {f"blob web {blob[7:]}" for blob in one.kept().manifests[named].blobs}
    assert blobs <= set(lines[:whole])


def test_a_tag_that_is_there_stays_and_one_that_is_not_is_given(
    both: tuple[Pushed, Pushed],
) -> None:
    one, other = both
    here = one.push("web", "latest", [1])
    other.push("web", "latest", [9])
    assert lacking(one.kept(), other.kept(), {}) == ()
    assert [its.digest for its in lacking(one.kept(), other.kept(), {here: ("a job",)})] == [here]
    one.push("web", "r-0", [1])
    [lacks] = lacking(one.kept(), other.kept(), {})
    assert (lacks.digest, lacks.tags, lacks.whole) == (here, ("r-0",), True)
    other.push("web", None, [1])
    [lacks] = lacking(one.kept(), other.kept(), {})
    assert (lacks.tags, lacks.whole) == (("r-0",), False)
    assert [line.split()[0] for line in order(one.kept(), [lacks])] == ["tag", "end"]
    other.push("web", "r-0", [1])
    assert lacking(one.kept(), other.kept(), {}) == ()


def test_an_index_comes_behind_its_parts_and_what_is_not_whole_is_left_out(
    both: tuple[Pushed, Pushed],
) -> None:
    one, other = both
    part = one.push("multi", None, [1])
    index = one.index("multi", "1", [part])
    one.index("multi", "2", ["sha256:" + "0" * 64])
    broken = one.push("web", "1", [2])
    lost = next(iter(one.kept().manifests[broken].blobs))
    (one.root / f"blobs/sha256/{lost[7:9]}/{lost[7:]}/data").unlink()
    found = lacking(one.kept(), other.kept(), {})
    assert [lacks.digest for lacks in found] == [index]
    lines = order(one.kept(), found)
    assert lines[-4].startswith(f"manifest multi {part[7:]} ")
    assert lines[-3] == f"manifest multi {index[7:]} application/vnd.oci.image.index.v1+json"
