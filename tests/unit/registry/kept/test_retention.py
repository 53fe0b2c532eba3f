"""What goes from a registry: never what is needed or named, and the rest whole."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.registry.beside import is_beside_an_image
from dockwright.registry.kept.checked import flaws
from dockwright.registry.kept.listing import Listing
from dockwright.registry.kept.retention import (
    Gone,
    freed,
    order,
    pinned_by,
    removed,
    superfluous,
)
from tests.unit.registry.kept.pushed import NOW, Pushed, digest_of

HOUR = 3600
OLD = NOW - 100 * HOUR


def recipe(number: int) -> str:
    return f"r-{number:012x}"


def went(kept: Listing, pins: dict[str, tuple[str, ...]], generations: int | None = 2) -> list[str]:
    return [one.digest for one in superfluous(kept, pins, generations)]


def test_of_many_builds_the_newest_stay_and_what_is_pinned_or_named(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    built = [made.push("web", recipe(number), [0, number], OLD + number) for number in range(6)]
    made.push("web", "latest", [0, 5], OLD + 5)
    made.push("web", "1.0", [0, 1], OLD + 1)
    kept = made.kept()
    assert went(kept, {}) == [built[0], built[2], built[3]]
    assert went(kept, {built[3]: ("web1: job web.web.1",)}) == [built[0], built[2]]
    config = kept.manifests[built[2]].config or ""
    assert went(kept, {config: ("web1: container x",)}) == [built[0], built[3]]
    assert went(kept, {}, 1) == [built[0], built[2], built[3], built[4]]
    assert went(kept, {}, None) == []
    # what was tagged again is the newest
    made.push("web", recipe(0), [0, 0], OLD + 50)
    assert went(made.kept(), {}) == [built[2], built[3], built[4]]


def test_what_has_no_tag_goes_unless_it_is_young_or_needed_or_a_part(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    old = made.push("web", None, [1], OLD)
    young = made.push("web", None, [2], NOW - HOUR // 2)
    part, other = made.push("web", None, [3], OLD), made.push("web", None, [4], OLD)
    made.index("web", "latest", [part, other], OLD)
    left = made.index("web", None, [part, old], OLD)
    kept = made.kept()
    assert went(kept, {}, None) == sorted([old, left])
    assert went(kept, {left: ("web1: job web.web.1",)}, None) == []
    # an engine that was given one platform's names that alone
    config = kept.manifests[old].config or ""
    assert pinned_by(kept, {config: ("web1: x",)}, left) == ("web1: x",)
    assert young not in went(kept, {}, None)


def test_signatures_and_sboms_go_with_their_image_and_never_alone(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    built = [made.push("web", recipe(number), [number], OLD + number) for number in range(3)]
    for digest in built:
        made.sign("web", digest, NOW)  # by who vouches for it today
    made.sign("web", f"sha256:{'7' * 64}", OLD)  # of what went by another way
    made.sign("web", f"sha256:{'8' * 64}", NOW)  # of what is about to be pushed
    gone = superfluous(made.kept(), {}, 2)
    assert gone[0].digest == built[0]
    hexes = (built[0][7:], "7" * 64)
    assert {tag for one in gone[1:] for tag in one.tags} == {
        f"sha256-{digits}.{suffix}" for digits in hexes for suffix in ("sig", "sbom")
    }
    assert all(one.whole for one in gone)


def test_a_tag_that_a_person_removes_takes_its_image_only_as_the_last(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    digest = made.push("web", "1.0", [1], OLD)
    made.push("web", "1.1", [1], OLD)
    made.sign("web", digest, OLD)
    made.sign("web", f"sha256:{'7' * 64}", OLD)
    assert [one.whole for one in removed(made.kept(), "web", "1.0")] == [False]
    made.collect(order(made.kept(), removed(made.kept(), "web", "1.0"), None))
    gone = removed(made.kept(), "web", "1.1")
    assert [one.whole for one in gone] == [True] * 3
    assert all(digest[7:] in tag for one in gone[1:] for tag in one.tags)
    with pytest.raises(KeyError):
        removed(made.kept(), "web", "2")
    # a part of another one is no image of its own
    part = made.push("api", "part", [4], OLD)
    made.index("api", "latest", [part], OLD)
    assert [one.whole for one in removed(made.kept(), "api", "part")] == [False]


def test_what_was_pushed_since_the_list_was_made_stays(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    digest = made.push("web", recipe(1), [1], OLD)
    untagged = made.push("web", None, [2], OLD)
    moved = made.push("web", recipe(3), [3], OLD)
    kept = made.kept()
    gone = [
        Gone("web", digest, (recipe(1),), ""),
        Gone("web", untagged, (), ""),
        Gone("web", moved, (recipe(3),), ""),
    ]
    made.push("web", recipe(1), [1], NOW + 1)  # the same once more
    made.push("web", "latest", [2], NOW + 1)  # a tag for what had none
    made.push("web", recipe(3), [4], NOW + 1)  # the tag moved
    said = made.collect(order(kept, gone, 0))
    assert {line.split()[0] for line in said} == {"kept", "removed", "freed"}
    assert f"removed web {moved[7:]}" in said
    after = made.kept()
    assert {digest, untagged} <= after.revisions["web"].keys()
    assert flaws(after) == ()


TAGS = st.sampled_from([None, "latest", "1.0", *map(recipe, range(4))])
PUSHES = st.lists(
    st.tuples(
        st.sampled_from(["web", "team/api"]),
        TAGS,
        st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True),
        st.integers(0, 200).map(lambda hours: NOW - hours * HOUR // 4),
        st.sampled_from(["image", "image", "signed", "index"]),
    ),
    max_size=14,
)


def _pushed(folder: Path, pushes: list[tuple[str, str | None, list[int], int, str]]) -> Pushed:
    made = Pushed(folder)
    (made.root / "repositories").mkdir(parents=True)
    (made.root / "blobs").mkdir()
    for repository, tag, layers, at, way in pushes:
        digest = made.push(repository, None if way == "index" else tag, layers, at)
        if way == "signed":
            made.sign(repository, digest, at)
        if way == "index":
            other = made.push(repository, None, [*layers, 9], at)
            made.index(repository, tag, [digest, other], at)
    return made


@given(PUSHES, st.sets(st.integers(0, 30)), st.sampled_from([None, 1, 2, 3]), st.booleans())
@settings(max_examples=25, deadline=None)
def test_nothing_needed_goes_and_all_that_stays_is_whole(
    pushes: list[tuple[str, str | None, list[int], int, str]],
    pinned: set[int],
    generations: int | None,
    by_settings: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = _pushed(Path(folder) / "registry", pushes)
        before = made.kept()
        assert flaws(before) == ()
        needed = {made.digests[one] for one in pinned if one < len(made.digests)}
        pins = {
            (before.manifests[one].config if by_settings else None) or one: ("web1: job web.web.1",)
            for one in needed
        }
        gone = superfluous(before, pins, generations)
        foreseen = freed(before, gone)
        said = made.collect(order(before, gone, HOUR))
        after = made.kept()

        assert not [
            line for line in said if line.split()[0] not in ("removed", "untagged", "freed")
        ]
        assert flaws(after) == ()
        for repository, revisions in before.revisions.items():
            stays = after.revisions.get(repository, {})
            names = before.names(repository)
            for digest in revisions:
                tags = [tag for tag in names.get(digest, []) if not is_beside_an_image(tag)]
                beside = names.get(digest, []) and not tags
                young = before.pushed(repository, digest) > NOW - HOUR
                named = any(not tag.startswith("r-") for tag in tags)
                if digest in needed or young or named or (generations is None and tags):
                    assert digest in stays or beside
            images = [
                one
                for one in revisions
                if [tag for tag in names.get(one, []) if not is_beside_an_image(tag)]
            ]
            images.sort(key=lambda one: (before.pushed(repository, one), one), reverse=True)
            assert generations is None or images[:1] == [one for one in images[:1] if one in stays]
            # what stands beside an image is there as long as that is, and goes with it
            for tag in before.tags.get(repository, {}):
                if is_beside_an_image(tag):
                    of = f"sha256:{tag[7:71]}"
                    young = before.tags[repository][tag].time > NOW - HOUR
                    is_there = tag in after.tags.get(repository, {})
                    assert is_there == (of in stays) or (of not in revisions and young)
        # what was foreseen is what went
        assert before.blobs.keys() - after.blobs.keys() == foreseen.blobs
        assert f"freed {len(foreseen.blobs)} 0 {foreseen.size}" in said
        assert superfluous(after, pins, generations) == ()


def test_an_upload_that_was_broken_off_goes_once_it_is_old(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    made.push("web", "latest", [1], OLD)
    made.upload("web", "old", 1000, OLD)
    made.upload("web", "young", 500)
    kept = made.kept()
    assert {one.id: one.size for one in kept.uploads} == {"old": 1000, "young": 500}
    assert (freed(kept, ()).uploads, freed(kept, ()).size) == (1, 1000)
    assert made.collect(order(kept, (), HOUR)) == ["freed 0 1 1000"]
    assert [one.id for one in made.kept().uploads] == ["young"]


def test_a_layer_that_a_push_was_given_of_late_stays(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    digest = made.push("web", recipe(1), [1], OLD)
    made.push("web", "latest", [2], OLD)
    gone = [Gone("web", digest, (recipe(1),), "")]
    kept = made.kept()
    # another repository takes it over, and has not named it yet
    made._blob("api", b"layer 1" * 10, NOW - 60)
    made.collect(order(kept, gone, HOUR))
    left = made.kept().blobs.keys()
    layer = next(one for one in kept.manifests[digest].blobs if kept.blobs[one].size == 70)
    assert layer in left
    assert digest not in left


def test_a_layer_that_no_image_names_yet_stays_for_as_long_as_a_push_takes(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    made.push("web", "latest", [1], OLD)
    made._blob("web", b"young", NOW - 60, link=False)
    made._blob("web", b"old", OLD, link=False)
    kept = made.kept()
    assert freed(kept, ()).size == 3
    assert made.collect(order(kept, (), HOUR)) == ["freed 1 0 3"]
    assert made.kept().blobs.keys() == kept.blobs.keys() - {digest_of(b"old")}


def test_two_builds_that_had_the_same_tag_go_at_once(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    first, second = (made.push("web", recipe(1), [one], OLD + one) for one in (1, 2))
    made.push("web", "latest", [3], OLD + 9)
    kept = made.kept()
    said = made.collect(order(kept, superfluous(kept, {}, 1), HOUR))
    assert said[:3] == [
        f"removed web {first[7:]}",
        f"untagged web {recipe(1)} {second[7:]}",
        f"removed web {second[7:]}",
    ]


def test_an_order_that_was_cut_does_nothing(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    digest = made.push("web", None, [1], OLD)
    whole = order(made.kept(), [Gone("web", digest, (), "")], 0)
    with pytest.raises(AssertionError, match="error the order has no end"):
        made.collect(whole.removesuffix("end\n"))
    assert digest in made.kept().revisions["web"]
