"""`.dockerignore`, as the engine's own matcher reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.ignore import ignored, ignored_before_23, included, rules
from dockwright.errors import DockwrightError


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
