"""An image of the chain: by which names it is set, what it is built beside, and whose it is."""

from dockwright.chain.graph import Source, order
from dockwright.chain.image import Image
from dockwright.chain.recipe import LABEL, NAME_LABEL, PARTS_LABEL

OURS = "192.168.50.20:5000"


def _images(**texts: str) -> dict[str, Image]:
    sources = [Source(name, f"{name}/Dockerfile", text, version="2.7" if name == "ruby" else None)
               for name, text in texts.items()]  # fmt: skip
    return {image.name: image for image in order(sources, registries=[OURS])}


def test_latest_is_set_last_and_what_children_write_first() -> None:
    ruby = _images(ruby="FROM scratch", web=f"FROM {OURS}/ruby:2.7")["ruby"]
    assert ruby.references == (
        f"{OURS}/ruby:2.7", f"ruby:{ruby.recipe.tag}", "ruby:2.7", "ruby:latest",
    )  # fmt: skip


def test_what_it_copies_from_is_beside_what_it_begins_with() -> None:
    made = _images(
        a="FROM scratch", b="FROM scratch", c="FROM scratch AS x\nFROM a\nCOPY --from=b / /"
    )
    assert (made["c"].parents, made["c"].base, made["c"].beside) == (("a", "b"), "a", ("b",))
    assert made["a"].beside == ()


def test_an_image_of_others_that_only_reads_the_dockerfile_brings_no_updates() -> None:
    made = _images(
        a="# syntax=docker/dockerfile:1\nFROM scratch",
        b="# syntax=docker/dockerfile:1\nFROM debian:bookworm",
        c="FROM a",
    )
    assert {name: image.upon_others for name, image in made.items()} == {
        "a": False, "b": True, "c": False,
    }  # fmt: skip


def test_its_labels_tell_a_later_plan_what_it_was_built_from() -> None:
    image = _images(a="FROM scratch")["a"]
    assert image.labels() == {
        LABEL: image.recipe.digest, PARTS_LABEL: image.recipe.parts, NAME_LABEL: "a",
    }  # fmt: skip
