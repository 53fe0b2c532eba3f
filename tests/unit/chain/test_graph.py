"""Dockerfiles in, a valid build order or one clear error out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.graph import Source, order
from dockwright.chain.read import read
from dockwright.errors import DockwrightError

DIGEST = "sha256:" + "a" * 64


def chain(**texts: str) -> list[Source]:
    return [Source(name, f"images/{name}/Dockerfile", text) for name, text in texts.items()]


def test_images_come_after_what_they_are_built_from() -> None:
    images = order(
        chain(
            zenweb="FROM ruby",
            ruby="FROM 192.168.50.20:5000/nginx:latest",
            nginx="FROM my-ubuntu",
            registry="FROM my-ubuntu",
            **{"my-ubuntu": "ARG BASE=debian:bookworm\nFROM ${BASE}"},
        ),
        registries=["192.168.50.20:5000"],
    )
    assert [(image.name, image.wave) for image in images] == [
        ("my-ubuntu", 0),
        ("nginx", 1),
        ("registry", 1),
        ("ruby", 2),
        ("zenweb", 3),
    ]
    assert images[0].external_parents == ("debian:bookworm",)


@pytest.mark.parametrize("written", ["ruyb", "ruby:3"])
def test_an_unknown_parent_is_an_error_with_a_suggestion(written: str) -> None:
    with pytest.raises(DockwrightError, match=r"images/gollum/Dockerfile:1: .*did you mean ruby\?"):
        order(chain(gollum=f"FROM {written}", ruby="FROM scratch"))


def test_a_cycle_names_every_image_with_its_line() -> None:
    with pytest.raises(DockwrightError) as caught:
        order(chain(a="FROM b", b="# why\nFROM c", c="FROM a"))
    for step in ("a/Dockerfile:1: a is built from b", "b/Dockerfile:2: b is built from c"):
        assert step in str(caught.value)
    assert "c/Dockerfile:1: c is built from a" in str(caught.value)


def test_two_folders_of_one_name_are_both_named(tmp_path: Path) -> None:
    for above in ("one", "two"):
        (tmp_path / above / "web").mkdir(parents=True)
        (tmp_path / above / "web" / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(DockwrightError, match=r"two/web/Dockerfile:1: .*also .*one/web/Dockerfile"):
        order(read(tmp_path))


@given(st.lists(st.sets(st.integers(0, 30)), min_size=1, max_size=30), st.randoms())
def test_the_order_is_valid_for_any_tree(above: list[set[int]], shuffle: object) -> None:
    texts = [
        "FROM scratch\n" + "".join(f"COPY --from=i{n} /x /x\n" for n in sorted(up) if n < child)
        for child, up in enumerate(above)
    ]
    sources = [Source(f"i{n}", f"i{n}/Dockerfile", text) for n, text in enumerate(texts)]
    shuffled = list(sources)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    images = order(shuffled)
    place = {image.name: at for at, image in enumerate(images)}
    assert len(place) == len(sources)
    assert all(place[up] < place[image.name] for image in images for up in image.parents)
    assert images == order(sources)


@given(st.text())
def test_any_text_ends_in_parents_or_in_our_error(text: str) -> None:
    try:
        order([Source("a", "a/Dockerfile", text)])
    except DockwrightError as error:
        assert str(error)


def test_names_with_our_registry_are_the_chains_own_and_are_said_for_the_build() -> None:
    ours = "192.168.50.20:5000"
    digest = f"{ours}/ruby@{DIGEST}"
    images = order(
        chain(
            ruby="FROM scratch",
            web=f"FROM {ours}/ruby",
            app=f"FROM ruby:latest\nCOPY --from={ours}/ruby:latest /x /x",
            pinned=f"FROM {digest}",
            other="FROM other.example:5000/ruby",
        ),
        registries=[ours],
    )
    by_name = {image.name: image for image in images}
    assert by_name["ruby"].qualified == (f"{ours}/ruby:latest",)
    assert by_name["web"].names == ((f"{ours}/ruby", "ruby"),)
    assert by_name["app"].parents == ("ruby",)
    assert by_name["pinned"].external_parents == (digest,)
    assert by_name["other"].external_parents == ("other.example:5000/ruby",)
