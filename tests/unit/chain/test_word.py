"""A word with variables is filled in as Docker does it."""

import pytest

from dockwright.chain.dockerfile import understand
from dockwright.chain.word import expand
from dockwright.errors import DockwrightError


@pytest.mark.parametrize(
    ("word", "made"),
    [
        ("$A", "1"),
        ("${A}b", "1b"),
        ("$Ab", ""),
        ("${U:-x}", "x"),
        ("${E:-x}", "x"),
        ("${E-x}", ""),
        ("${A:+x}${E:+x}${E+y}", "xy"),
        ("${U:-${A:+in}side}", "inside"),
        ('"$A" b', "1 b"),
        ("'$A'", "$A"),
        (r"\$A", "$A"),
        (r'"a\"b\c"', r'a"b\c'),
        ("$", "$"),
        ("$.", "$."),
    ],
)
def test_a_word_is_expanded_as_docker_does_it(word: str, made: str) -> None:
    assert expand(word, {"A": "1", "E": ""}) == made


@pytest.mark.parametrize(
    "word", ["${A", "'a", '"a', "${}", "${A:?why}", "${A/b", "${A~b}", "${A:", "${A:-"]
)
def test_a_word_that_can_not_be_expanded_is_named_with_its_line(word: str) -> None:
    with pytest.raises(DockwrightError, match=r"^D:2: .*; "):
        understand(f"ARG B\nFROM x{word}", "D")
