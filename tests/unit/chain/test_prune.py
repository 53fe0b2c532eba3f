"""Former builds that go: never one that is named, needed, or the way back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.engine_image import EngineImage
from dockwright.chain.prune import after, superfluous, undeclared

NOW = datetime(2026, 1, 31, tzinfo=UTC)
PLACE = "192.168.50.20:5000"


def held(
    number: int,
    *tags: str,
    digests: tuple[str, ...] = (),
    name: str | None = "web",
    labels: Mapping[str, str] | None = None,
    layers: int = 3,
) -> EngineImage:
    ours = {"dockwright.recipe": f"{number}", "dockwright.base": "bootstrap:bookworm"}
    if name is not None:
        ours["dockwright.image"] = name
    return EngineImage(
        f"sha256:{number:064x}",
        tags,
        digests,
        tuple(f"{number}.{layer}" for layer in range(layers)),
        ours if labels is None else labels,
        NOW + timedelta(minutes=number),
    )


def gone(*images: EngineImage, needed: tuple[str, ...] = (), generations: int = 2) -> set[int]:
    return {int(image.id[7:], 16) for image in superfluous(images, needed, generations)}


RECIPE = "r-0123456789ab"
THREE = (
    held(1, f"web:{RECIPE}"),
    held(2, f"web:{RECIPE}", f"{PLACE}/web:{RECIPE}"),
    held(3, "web:latest", f"web:{RECIPE}"),
)


def test_the_newest_former_build_stays_and_those_before_it_go() -> None:
    assert gone(*THREE) == {1}
    assert gone(*THREE, generations=1) == {1, 2}
    assert gone(*THREE, generations=3) == set()


def test_any_tag_but_a_recipes_keeps_an_image() -> None:
    for tag in ("web:2.7", f"{PLACE}/web:latest", "web:mine", "web:r-1", f"web:{RECIPE}0"):
        assert gone(held(0, f"web:{RECIPE}", tag), *THREE) == {1}


def test_what_a_container_or_a_job_names_stays_by_id_and_by_digest() -> None:
    digest = "sha256:" + "d" * 64
    pinned = held(0, digests=(f"{PLACE}/web@{digest}",))
    assert gone(pinned, *THREE) == {0, 1}
    assert gone(pinned, *THREE, needed=(digest, THREE[0].id)) == set()


def test_what_the_chain_did_not_make_is_left_alone() -> None:
    other = held(0, labels={})
    byhand = held(1, "mine:r-0123456789ab")  # built by hand upon web, whose labels it has
    child_of_base = held(2, labels={"dockwright.base": "bootstrap:bookworm"}, layers=2)
    assert gone(other, byhand, child_of_base, *THREE, generations=1) == {1, 2}
    assert byhand not in superfluous([byhand, *THREE], generations=1)


def upon(image: EngineImage, number: int, *layers: str, tags: tuple[str, ...] = ()) -> EngineImage:
    """What `docker build .` and `docker commit` make of it: its labels, and layers on its own."""
    return replace(
        image, id=f"sha256:{number:064x}", tags=tags, digests=(), layers=(*image.layers, *layers)
    )


def test_what_was_built_by_hand_and_has_no_name_is_left_alone_with_what_it_stands_on() -> None:
    committed, configured = upon(THREE[2], 10, "mine"), upon(THREE[2], 11)
    assert gone(committed, configured, *THREE, generations=1) == {1, 2}
    old = upon(THREE[0], 10, "mine")
    assert gone(old, *THREE, generations=1) == {2}
    # upon a build that has no name any more; of equal ones neither goes
    nameless = held(0)
    assert gone(nameless, *THREE) == {0, 1}
    assert gone(nameless, upon(nameless, 10, "mine"), *THREE) == {1}
    assert gone(nameless, upon(nameless, 10), *THREE) == {1}
    base = held(5, labels={"dockwright.base": "bootstrap:bookworm"}, layers=1)
    assert gone(base, upon(base, 10), generations=1) == set()


def test_a_nameless_build_of_the_same_recipe_and_another_moment_is_the_chains_own() -> None:
    def made(number: int, moment: str, *tags: str) -> EngineImage:
        labels = {"dockwright.recipe": "r", "dockwright.image": "web", "dockwright.built": moment}
        return replace(held(number, *tags, labels=labels), layers=("l",))

    assert gone(made(1, "one"), made(2, "two"), made(3, "three", "web:latest")) == {1}


def test_a_former_base_goes_as_any_other() -> None:
    bases = [held(n, labels={"dockwright.base": "bootstrap:bookworm"}, layers=1) for n in range(3)]
    assert gone(*bases) == {0, 1}


def test_one_that_can_be_named_is_the_way_back_before_one_that_can_not() -> None:
    nameless, named = held(2), held(1, f"web:{RECIPE}")
    assert gone(nameless, named, held(3, "web:latest")) == {2}


def test_images_of_before_the_label_are_told_by_their_names() -> None:
    old = [held(n, f"{PLACE}/web:r-00000000000{n}", name=None) for n in range(3)]
    other = [held(n, f"app:r-00000000000{n}", name=None) for n in range(3, 6)]
    assert gone(*old, *other) == {0, 1, 3, 4}


TAGS = st.sampled_from(["latest", "2.7", "r-0123456789ab", "r-ba9876543210"])
NAMES = st.sampled_from(["web", "app", "mine"])


@st.composite
def engines(draw: st.DrawFn) -> list[EngineImage]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        name = draw(NAMES)
        tags = draw(st.sets(st.tuples(st.sampled_from([name, f"{PLACE}/{name}", "x"]), TAGS)))
        digests = draw(st.sets(st.sampled_from([f"{PLACE}/{name}@sha256:{number:064d}"])))
        labelled = draw(st.sampled_from([name, None, "web"]))
        labels = draw(st.sampled_from([None, {}, {"dockwright.base": "b"}]))
        found.append(
            held(
                number,
                *(f"{repository}:{tag}" for repository, tag in tags),
                digests=tuple(digests),
                name=labelled,
                labels=labels,
                layers=draw(st.integers(1, 3)),
            )
        )
    for number, image in enumerate(draw(st.lists(st.sampled_from(found))) if found else [], 20):
        own = draw(st.lists(st.sampled_from(["a", "b"]), max_size=2))
        found.append(upon(image, number, *own))
    return found


@given(engines(), st.sets(st.integers(0, 12)), st.integers(1, 3))
def test_on_any_engine_what_is_needed_stays_and_a_second_run_finds_nothing(
    images: list[EngineImage], numbers: set[int], generations: int
) -> None:
    needed = {f"sha256:{number:064x}" for number in numbers}
    old = superfluous(images, needed, generations)
    for image in old:
        assert image.id not in needed
        assert int(image.id[7:], 16) < 20, "built by hand"
        assert image.group is not None
        assert all(tag.rpartition(":")[2].startswith("r-") for tag in image.tags)
    left = [image for image in images if image not in old]
    assert superfluous(left, needed, generations) == ()
    # of each image whose builds went, as many former ones stayed as were asked for
    for group in {image.group for image in old}:
        stayed = [image for image in left if image.group == group and image.former]
        assert len(stayed) >= generations - 1
    # what is built upon others goes before them
    assert [len(i.layers) for i in old] == sorted((len(i.layers) for i in old), reverse=True)


def test_images_of_no_declared_name_go_with_all_their_names_but_what_is_needed() -> None:
    old = held(7, "old:latest", f"{PLACE}/old:latest", name="old")
    running = held(8, "gone:latest", name="gone")
    foreign = held(9, "postgres:16", labels={})
    base = held(10, "debian:bookworm", labels={"dockwright.base": "x"}, layers=1)
    images = (old, running, foreign, base, *THREE)
    assert undeclared(images, ["web"], [running.id]) == (old,)
    assert undeclared(images, ["web", "old", "gone"]) == ()
    # what somebody built upon it by hand has its labels, and another name
    assert undeclared([held(11, "mine:latest", name="old")], ["web"]) == ()


def test_a_build_to_come_makes_a_former_one_of_the_present() -> None:
    assert superfluous(THREE[1:]) == ()
    assert {image.id for image in superfluous(after(THREE[1:], ["web"]))} == {THREE[1].id}
    assert superfluous(after(THREE[1:], ["other"])) == ()
