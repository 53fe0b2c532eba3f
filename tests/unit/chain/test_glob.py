"""Patterns of an ignore file, as Docker meets paths with them."""

import re
import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.glob import Pattern
from dockwright.chain.ignore import ignored, rules
from dockwright.errors import DockwrightError


@pytest.mark.parametrize(
    ("pattern", "path", "out"),
    [
        ("a.log", "a.log", True),
        ("a.log", "b/a.log", False),
        ("a.log", "axlog", False),
        ("wheels/*.whl", "wheels/a.whl", True),
        ("aa", "a", False),
        ("/a", "a", True),
        ("a/", "a/b", True),
        ("./a//b/../c", "a/c", True),
        ("../a", "a", False),
        ("*", "a/b", True),
        ("*.md", "a/b.md", False),
        ("*/*.md", "a/b.md", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("**", "a/b", True),
        ("**/b", "b", True),
        ("**/b", "a/xb", False),
        ("**b", "a/xb", True),
        ("a/**", "a", False),
        ("a/**", "a/b/c", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("a**c", "abc", False),
        ("**/*.md", "x.md", True),
        ("**/**/x*", "a/b/xy", True),
        ("[a-c]x", "bx", True),
        ("[^a-c]x", "bx", False),
        ("[!a]x", "bx", False),
        (r"[\]]x", "]x", True),
        (r"\*", "*", True),
        (r"\*", "a", False),
        ("(a|b)+", "a", False),
        ("ü*", "über", True),
        ("a\u2028b", "a\u2028b", True),
    ],
)
def test_a_pattern_meets_what_docker_says_it_does(pattern: str, path: str, out: bool) -> None:
    assert ignored(path, rules(pattern, ".dockerignore")) is out


@pytest.mark.parametrize("bad", ["[", "a[", "[]", "[]a]", "[-]", "[a-]", "[z-a]", "!", "[^", "a\\"])
def test_what_is_no_pattern_is_named_with_its_line(bad: str) -> None:
    with pytest.raises(DockwrightError, match=r"images/web/\.dockerignore:2: "):
        rules(f"fine\n{bad}", "images/web/.dockerignore")


@given(st.text("ab*?", min_size=1, max_size=8), st.text("ab", min_size=1, max_size=8))
def test_within_one_folder_a_pattern_is_a_shells(pattern: str, name: str) -> None:
    # two stars stand for folders as well, which a name has none of; in the midst they are odd
    once = re.sub(r"\*+", "*", pattern)
    assert ignored(name, rules(once, ".dockerignore")) is fnmatchcase(name, once)


@pytest.mark.parametrize(
    ("pattern", "path", "meets", "matches"),
    [
        ("a", "a", True, True),
        ("a", "a/b", True, False),
        ("a", "ab", False, False),
        ("a/*", "a/b/c", True, False),
        ("a/**", "a/b/c", True, True),
        ("**/c", "a/b/c", True, True),
        ("**/c", "a/b/c/d", True, False),
        ("[a-b][^c]", "bd", True, True),
        (r"\[a\]", "[a]", True, True),
    ],
)
def test_a_path_below_what_a_pattern_names_is_met_and_not_matched(
    pattern: str, path: str, meets: bool, matches: bool
) -> None:
    made = Pattern(pattern)
    assert (made.meets(path), made.matches(path)) == (meets, matches)


def test_a_pattern_of_many_stars_takes_no_longer_than_its_path_is_long() -> None:
    # a matcher that backtracks is at it for hours
    began = time.process_time()
    assert not Pattern("*a" * 25 + "b").meets("a" * 2000)
    assert not Pattern("**/a*" * 12 + "/b").meets("a/" * 1000 + "a")
    assert time.process_time() - began < 5


@given(st.text("ab*?/[]^-\\", max_size=10), st.text("ab/", max_size=8))
def test_any_text_is_a_pattern_or_says_why_it_is_none(text: str, path: str) -> None:
    try:
        made = Pattern(text)
    except ValueError as error:
        assert set(text) & set("[\\")
        assert str(error)
    else:
        # what is matched is met too, and as often as it is asked
        assert made.meets(path) >= made.matches(path)
        assert made.meets(path) == Pattern(text).meets(path)
