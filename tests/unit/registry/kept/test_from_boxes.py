"""What boxes need and no registry has: who holds it, by which ways it comes, and what goes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dockwright.chain.engine_image import EngineImage
from dockwright.chain.recipe import LABEL
from dockwright.chain.reference import tag_of
from dockwright.registry.kept.from_boxes import Holder, Lost, aside, lost, ways
from dockwright.registry.kept.listing import Listing
from tests.unit.registry.kept.pushed import Pushed

PLACE = "10.0.0.1:5000"
ONE, TWO, THREE = (f"sha256:{letter * 64}" for letter in "123")
ID, OTHER_ID = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
RECIPE = "0123456789abcdef" * 4
JOB = ("web1: job web.web.1",)


def image(
    id: str, *digests: str, tags: Sequence[str] = (), recipe: str = "", year: int = 2026
) -> EngineImage:
    labels: Mapping[str, str] = {LABEL: recipe} if recipe else {}
    at = tuple(one if "/" in one else f"{PLACE}/{one}" for one in digests)
    created = datetime(year, 1, 1, tzinfo=UTC)
    return EngineImage(id, tuple(f"{PLACE}/{tag}" for tag in tags), at, (), labels, created)


def found(
    pins: Mapping[str, tuple[str, ...]],
    engines: Mapping[str, Sequence[EngineImage]],
    *more: tuple[str, Listing],
    kept: Listing | None = None,
    declared: Sequence[str] = (),
) -> tuple[Lost, ...]:
    return lost(pins, [(PLACE, kept or Listing()), *more], engines, declared, ["hub"])


def test_what_a_job_names_is_lost_with_the_boxes_that_hold_it() -> None:
    its = image(ID, f"web@{ONE}")
    [one] = found({ONE: JOB, ID: ("web1: container x",)}, {"web1": [its], "web2": [its]})
    assert (one.repository, one.digest) == ("web", ONE)
    assert one.who == (*JOB, "web1: container x")
    assert one.holders == (Holder("web1", ID), Holder("web2", ID))
    # what nobody needs is not
    assert found({}, {"web1": [its]}) == ()


def test_what_any_registry_has_whole_is_not_lost(tmp_path: Path) -> None:
    main, spare = Pushed(tmp_path / "one"), Pushed(tmp_path / "other")
    digest = spare.push("web", "1")
    engines = {"web1": [image(ID, f"web@{digest}")]}
    other = ("10.0.0.2:5000", spare.kept())
    assert found({digest: JOB}, engines, other) == ()
    assert main.push("web", "1") == digest
    blob = next(iter(main.kept().manifests[digest].blobs))
    (main.root / f"blobs/sha256/{blob[7:9]}/{blob[7:]}/data").unlink()
    [one] = found({digest: JOB}, engines, kept=main.kept())
    assert one.digest == digest
    # of another name it is none of this one's
    [one] = found({digest: JOB}, {"web1": [image(ID, f"shop@{digest}")]}, other)
    assert one.repository == "shop"


def test_a_container_pins_the_digest_that_its_image_came_by() -> None:
    engines = {"web1": [image(ID, f"web@{ONE}")]}
    [one] = found({ID: ("web1: container theirs",)}, engines)
    assert (one.digest, one.who) == (ONE, ("web1: container theirs",))
    # of several that are the same image, the one that a job names, or one
    both = {"web1": [image(ID, f"web@{ONE}", f"web@{TWO}")]}
    assert [one.digest for one in found({ID: JOB, TWO: JOB}, both)] == [TWO]
    assert [one.digest for one in found({ID: JOB}, both)] == [ONE]


def test_a_container_whose_image_is_there_by_another_digest_needs_no_more(tmp_path: Path) -> None:
    pushed = Pushed(tmp_path)
    digest = pushed.push("web", "1")
    config = pushed.kept().manifests[digest].config
    assert config is not None
    engines = {"web1": [image(config, f"web@{ONE}")]}
    assert found({config: JOB}, engines, kept=pushed.kept()) == ()


def test_names_of_other_places_of_caches_and_of_nowhere_are_left_alone() -> None:
    names = [f"postgres@{ONE}", f"10.9.9.9:5000/web@{ONE}", f"{PLACE}/hub/lib/x@{ONE}"]
    odd = [f"{PLACE}/-x@{ONE}", f"{PLACE}/web@sha256:12", f"{PLACE}/../web@{ONE}", ""]
    images = [EngineImage(ID, (), (*names, *odd))]
    assert found({ONE: JOB}, {"web1": images}) == ()


def test_what_no_box_holds_is_told_by_its_digest_alone() -> None:
    engines = {"web1": [image(ID, f"web@{ONE}")]}
    pins = {ONE: JOB, TWO: ("web1: way back of web",), ID: ("hub: job registry.web.1",)}
    assert found(pins, engines)[1:] == (Lost("", TWO, ("web1: way back of web",)),)


def test_a_recipes_tag_and_a_declared_one_are_given_to_the_newest_that_has_them() -> None:
    engines = {
        "web1": [
            image(ID, f"web@{ONE}", tags=["web:latest", "web:mine"], recipe=RECIPE),
            image(OTHER_ID, f"web@{TWO}", recipe=RECIPE, year=2027),
        ],
    }
    pins = {ONE: JOB, TWO: JOB}
    declared = ["web:latest", "shop:latest"]
    old, new = found(pins, engines, declared=declared)
    assert (old.tags, new.tags) == (("latest",), ("r-0123456789ab",))
    # what the registry has stays
    with_tag = Listing(tags={"web": {"latest": None}})  # type: ignore[dict-item]
    old, _ = found(pins, engines, kept=with_tag, declared=declared)
    assert old.tags == ()
    # no box has an image signed by calling a tag so
    sig = f"{tag_of(ONE)}.sig"
    engines = {"web1": [image(ID, f"web@{ONE}", tags=[f"web:{sig}"], recipe="x; rm")]}
    assert found(pins, engines, declared=[f"web:{sig}"])[0].tags == ()


def test_it_comes_as_it_was_packed_before_any_engine_packs_it() -> None:
    as_it_was = Holder("web9", ONE)
    others = [Holder(f"web{number}", ID) for number in range(1, 5)]
    one = Lost("web", ONE, JOB, (*others, as_it_was))
    said = [(way.how, way.holder.box) for way in ways(one, ["web2", "hub"])]
    assert said == [("blobs", "web9"), ("push", "web2"), ("load", "web1"), ("load", "web3")]
    # no box but those that may write is told the login
    assert [way.how for way in ways(one, [])] == ["blobs"]


def test_what_engines_pushed_by_goes_and_what_came_out_otherwise_goes_with_it(
    tmp_path: Path,
) -> None:
    pushed = Pushed(tmp_path)
    before = pushed.kept()
    wanted = pushed.push("web", None, [1])
    pushed.push("web", tag_of(wanted), [1])
    other = pushed.push("web", tag_of(ONE), [2])
    names = [("web", wanted), ("web", ONE), ("web", TWO)]
    gone = aside(names, before, pushed.kept(), {})
    assert {(one.digest, one.tags, one.whole) for one in gone} == {
        (wanted, (tag_of(wanted),), False),
        (other, (tag_of(ONE),), True),
    }
    # but for what somebody needs, named, or had there before
    assert not any(one.whole for one in aside(names, before, pushed.kept(), {other: JOB}))
    pushed.push("web", "mine", [2])
    assert not any(one.whole for one in aside(names, before, pushed.kept(), {}))
    had = replace(before, revisions={"web": {other: 0.0}})
    assert not any(one.whole for one in aside(names, had, pushed.kept(), {}))
    assert aside(names, pushed.kept(), pushed.kept(), {}) == ()
