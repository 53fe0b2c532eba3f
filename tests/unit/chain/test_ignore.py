"""`.dockerignore`, as the engine's own matcher reads it."""

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.ignore import ignored, ignored_before_23, included, rules
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


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ["a.md", "b/c.md", "b/d"]),
        ("# *\n\n  \n", ["a.md", "b/c.md", "b/d"]),
        ("*\n!b/c.md", ["b/c.md"]),
        ("*\n! b ", ["b/c.md", "b/d"]),
        ("!a.md\n*.md", ["b/c.md", "b/d"]),
        ("b\n!b/c.md\nb/c*", ["a.md"]),
        ("**\n!**/*.md", ["a.md", "b/c.md"]),
        ("\ufeffa.md\r\nb/d\r\n", ["b/c.md"]),
        (" # is a name here", ["a.md", "b/c.md", "b/d"]),
    ],
)
def test_the_last_line_that_meets_a_path_decides(text: str, kept: list[str]) -> None:
    lines = rules(text, ".dockerignore")
    assert list(included(["a.md", "b/c.md", "b/d"], lines)) == kept


@pytest.mark.parametrize("bad", ["[", "a[", "[]", "[]a]", "[-]", "[a-]", "[z-a]", "!", "[^", "a\\"])
def test_what_is_no_pattern_is_named_with_its_line(bad: str) -> None:
    with pytest.raises(DockwrightError, match=r"images/web/\.dockerignore:2: "):
        rules(f"fine\n{bad}", "images/web/.dockerignore")


@given(
    st.text(alphabet="ab/*?[]^!-\\.# \n"), st.lists(st.sampled_from("ab"), min_size=1).map("/".join)
)
def test_any_text_ends_in_rules_or_in_our_error(text: str, path: str) -> None:
    try:
        found = rules(text, "d")
    except DockwrightError as error:
        assert str(error).startswith("d:")
        assert "\n" not in str(error)
    else:
        # a last line of ** leaves out all, whatever stood above it
        assert ignored(path[:8], (*found, *rules("**", "d")))


@given(st.text("ab*?", min_size=1, max_size=8), st.text("ab", min_size=1, max_size=8))
def test_within_one_folder_a_pattern_is_a_shells(pattern: str, name: str) -> None:
    # two stars stand for folders as well, which a name has none of; in the midst they are odd
    once = re.sub(r"\*+", "*", pattern)
    assert ignored(name, rules(once, ".dockerignore")) is fnmatchcase(name, once)


@pytest.mark.parametrize(
    ("text", "now", "before_23"),
    [
        # a line that had nothing to change at a folder is not asked about it again
        ("node_modules/m\n!node_modules", ["node_modules/n"], ["node_modules/m", "node_modules/n"]),
        ("**/m\n!node_modules", ["node_modules/n"], ["node_modules/m", "node_modules/n"]),
        # it had, at this one
        ("node_modules\n!node_modules", ["node_modules/m", "node_modules/n"], None),
        ("*\n!node_modules\nnode_modules/m", ["node_modules/n"], None),
        ("*\n!node_modules/m", ["node_modules/m"], None),
    ],
)
def test_what_a_line_brings_back_of_a_folder_hangs_on_the_engine(
    text: str, now: list[str], before_23: list[str] | None
) -> None:
    paths = ["node_modules/m", "node_modules/n"]
    lines = rules(text, ".dockerignore")
    assert list(included(paths, lines)) == now
    old = [path for path in paths if not ignored_before_23(path, lines)]
    assert old == (now if before_23 is None else before_23)
