"""Dockerfiles in, a valid build order or one clear error out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.dockerfile import parents
from dockwright.chain.graph import Source, order
from dockwright.chain.read import read
from dockwright.chain.reference import Reference, parse
from dockwright.errors import DockwrightError

DIGEST = "sha256:" + "a" * 64


def chain(**texts: str) -> list[Source]:
    return [Source(name, f"images/{name}/Dockerfile", text) for name, text in texts.items()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ruby", Reference(None, "ruby", None, None)),
        ("library/ruby:3", Reference(None, "library/ruby", "3", None)),
        ("localhost/foo", Reference("localhost", "foo", None, None)),
        ("192.168.50.20:5000/ruby", Reference("192.168.50.20:5000", "ruby", None, None)),
        (f"host:5000/a/b:tag@{DIGEST}", Reference("host:5000", "a/b", "tag", DIGEST)),
        ("[fd00::1]:5000/a", Reference("[fd00::1]:5000", "a", None, None)),
    ],
)
def test_references_are_read_as_the_distribution_says(text: str, expected: Reference) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "Ruby", "a//b", "a:", "a@sha256:12", "-a", "a b", "a\n"),
        *(f"a@sha256:{digits}" for digits in ("a" * 63, "a" * 65, "A" * 64, "g" * 64)),
        *(f"a@sha512:{'a' * 64}", f"a@md5:{'a' * 32}", f"a@sha256+b:{'a' * 64}"),
    ],
)
def test_what_is_no_reference_is_an_error_that_shows_it(text: str) -> None:
    with pytest.raises(DockwrightError, match="image reference"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("ARG B=x:1\nFROM $B", ["x:1"]),
        ("ARG B\nFROM ${B:-y}", ["y"]),
        ("ARG V=3\nFROM ruby${V:+:v$V}", ["ruby:v3"]),
        ("FROM a AS one\nFROM one\nCOPY --from=one /x /x\nCOPY --from=0 /x /y", ["a"]),
        ("FROM scratch\nCOPY --from=b /x /x", ["b"]),
        ("FROM a\nRUN --mount=type=bind,from=c,target=/c true", ["a", "c"]),
        ('FROM a\nRUN --mount=type=bind,"From=c",target=/c true', ["a", "c"]),
        ('FROM a\nRUN --mount=type=bind,from="\r0 true', ["a"]),
        ("FROM a\nRUN <<EOF\nFROM b\nEOF\n", ["a"]),
        ("from a as ONE\nfrom one", ["a"]),
    ],
)
def test_parents_are_what_docker_would_use(text: str, images: list[str]) -> None:
    assert [parent.image for parent in parents(text, "Dockerfile")] == images


def test_a_given_argument_wins_over_the_default() -> None:
    [parent] = parents("ARG BASE=debian:bookworm\nFROM ${BASE}", "D", {"BASE": "debian:trixie"})
    assert (parent.image, parent.line) == ("debian:trixie", 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Dockerfile: "),
        ("# only a comment", "Dockerfile: "),
        ("RUN true", "Dockerfile: no FROM"),
        ("FROM a\nFRMO b", "Dockerfile:2: FRMO: no such instruction"),
        ("ARG B\nFROM $B", r"Dockerfile:2: FROM \$B: names no image"),
        ("FROM a b", "Dockerfile:1: FROM a b: write FROM image"),
        ("FROM a\nCOPY --from=$B /x /x", r"Dockerfile:2: from=\$B: variables aren't filled in"),
        ("FROM a\nCOPY --from=䅀 /x /x", "Dockerfile: a flag has letters"),
        ("FROM " + "${a:-" * 5000 + "}" * 5000, "Dockerfile:1: .*100 deep within each other"),
        ("FROM a\0b", "NUL byte"),
        ("FROM a\udc80", "not UTF-8"),
    ],
)
def test_a_dockerfile_that_does_not_parse_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(DockwrightError, match=message):
        parents(text, "Dockerfile")


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
