"""References are read as the distribution says, or refused with what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.reference import (
    LONGEST_NAME,
    Reference,
    is_fixed,
    is_folder_name,
    is_tag,
    parse,
    tag_of,
    with_tag,
)
from dockwright.errors import DockwrightError
from tests.unit.chain.names import NAME, TAG, registries

DIGEST = "sha256:" + "a" * 64


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


@given(st.one_of(st.just(""), registries().map(lambda text: f"{text}/")), NAME, TAG, st.booleans())
def test_what_is_read_is_written_as_it_was(host: str, name: str, tag: str, pinned: bool) -> None:
    text = f"{host}{name}:{tag}" + (f"@{DIGEST}" if pinned else "")
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("ruby", "ruby:latest"),
        ("host:5000/ruby", "host:5000/ruby:latest"),
        ("host:5000/ruby:3", "host:5000/ruby:3"),
        (f"ruby@{DIGEST}", f"ruby@{DIGEST}"),
    ],
)
def test_latest_is_meant_where_nothing_is_said(text: str, tagged: str) -> None:
    assert with_tag(text) == tagged


def test_a_name_is_as_long_as_an_engine_takes_it() -> None:
    assert parse("a" * LONGEST_NAME).path == "a" * LONGEST_NAME
    for text in ("a" * (LONGEST_NAME + 1), "host:1/" + "a" * (LONGEST_NAME - 6)):
        with pytest.raises(DockwrightError, match=f"longer than {LONGEST_NAME}"):
            parse(text)
    assert is_folder_name("a" * LONGEST_NAME)
    assert not is_folder_name("a" * (LONGEST_NAME + 1))
    assert is_tag("a" * 128)
    assert not is_tag("a" * 129)


@pytest.mark.parametrize("name", ["", "a/b", "-a", "a-", "a..b", "A", "a\n", "a___b"])
def test_a_folder_that_no_image_could_be_called_as(name: str) -> None:
    assert not is_folder_name(name)


@pytest.mark.parametrize(
    ("version", "tag"),
    [(DIGEST, DIGEST.replace(":", "-")), ("r-0123456789ab", "r-0123456789ab"), ("2.7", "2.7")],
)
def test_every_version_is_a_tag_and_only_some_stay_for_ever(version: str, tag: str) -> None:
    assert tag_of(version) == tag
    assert is_tag(tag)
    assert is_fixed(version) is is_fixed(tag) is (version != "2.7")
