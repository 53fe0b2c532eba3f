"""Patterns of `${V#…}` and its like: what a real shell makes of them, where it knows them too."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.chain.pattern import replaced, trimmed

VALUES = st.text("ab.1/", max_size=8)
PATTERNS = st.text("ab.1/*?", min_size=1, max_size=5)
OPERATORS = {"#": (False, False), "##": (False, True), "%": (True, False), "%%": (True, True)}


@settings(max_examples=60, deadline=None)
@given(VALUES, PATTERNS)
def test_what_is_cut_off_is_what_a_shell_cuts_off(value: str, pattern: str) -> None:
    script = "".join(f'printf "%s\\n" "${{V{operator}$P}}"\n' for operator in OPERATORS)
    # the pattern of a variable that stands bare is one
    script = script.replace("$P}", f"{pattern}}}")
    done = subprocess.run(
        ["sh", "-c", script], env={"V": value}, capture_output=True, text=True, check=True
    )
    ours = [trimmed(value, pattern, end=end, longest=long) for end, long in OPERATORS.values()]
    assert ours == done.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("value", "pattern", "by", "once", "everywhere"),
    [
        ("a.b.c", ".", "-", "a-b.c", "a-b-c"),
        ("aXbX", "X*", "-", "a-", "a-"),
        ("abab", "a?", "", "ab", ""),
        ("a*b*", r"\*", "x", "axb*", "axbx"),
        ("a/b", r"\/", "}", "a}b", "a}b"),
        (r"a\b", r"\\", "/", "a/b", "a/b"),
        # what takes its place is no pattern
        ("ab", "a", r"\1&", r"\1&b", r"\1&b"),
    ],
)
def test_what_is_replaced(value: str, pattern: str, by: str, once: str, everywhere: str) -> None:
    assert replaced(value, pattern, by, everywhere=False) == once
    assert replaced(value, pattern, by, everywhere=True) == everywhere


@given(VALUES, st.text("ab.1/", min_size=1, max_size=3), st.text("ab", max_size=2))
def test_a_plain_text_is_replaced_as_python_does(value: str, text: str, by: str) -> None:
    assert replaced(value, text, by, everywhere=True) == value.replace(text, by)
    assert replaced(value, text, by, everywhere=False) == value.replace(text, by, 1)


@pytest.mark.parametrize("pattern", [r"\a", r"\.", r"a\b"])
def test_a_backslash_where_none_is_needed_is_an_error(pattern: str) -> None:
    with pytest.raises(ValueError, match="nothing to escape"):
        trimmed("a", pattern, end=False, longest=False)
    with pytest.raises(ValueError, match="nothing to escape"):
        replaced("a", pattern, "", everywhere=True)


@given(VALUES, st.text("ab*?\\/}", max_size=6), st.booleans(), st.booleans())
def test_what_is_left_is_the_rest_of_the_value(
    value: str, pattern: str, end: bool, longest: bool
) -> None:
    try:
        left = trimmed(value, pattern, end=end, longest=longest)
    except ValueError:
        return
    assert value.startswith(left) if end else value.endswith(left)
