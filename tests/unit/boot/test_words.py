"""The words of a line, as a shell makes them: what would need a shell is an error."""

import shlex
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.words import split
from dockwright.errors import DockwrightError

AT = "images/web/Procfile:3"


WORDS = [
    "a b\tc",
    "'a b' \"c d\" e\\ f",
    "a'b'\"c\" '' \"\"",
    r'"\$HOME \` \" \\ \n" \n \$X',
    "'$HOME `x`' \"it's\" 'a\"b'",
    "a#b '#c' # d e",
    "50% %n a=~ grüße",
    "'a;b' \"a|b\" a\\;b",
    "$ a$ a$/",
]


@pytest.mark.parametrize("text", WORDS)
def test_words_are_those_a_real_shell_makes(text: str) -> None:
    sh = shutil.which("sh")
    assert sh is not None
    out = subprocess.run(
        [sh, "-f"], input=f"printf '%s\\0' {text}\n", capture_output=True, check=True, text=True
    ).stdout
    assert split(text, AT) == tuple(out.split("\0")[:-1])


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_any_words_quoted_for_a_shell_read_back(words: list[str]) -> None:
    assert split(shlex.join(words), AT) == tuple(words)


@pytest.mark.parametrize(
    "text",
    ["$X", "${PORTS}", "$PORTS", '"$HOME"', "a;b", "a && b", "a > b", "`id`", "$(id)", "~/x", "$1"],
)
def test_what_needs_a_shell_is_an_error(text: str) -> None:
    with pytest.raises(DockwrightError, match=f"^{AT}: .*: a boot job has no shell"):
        split(f"docker run web {text}", AT)


@pytest.mark.parametrize("text", ["'a", '"a', "a\\"])
def test_an_open_quote_is_an_error(text: str) -> None:
    with pytest.raises(DockwrightError, match=f"^{AT}"):
        split(text, AT)


def test_port_is_filled_in_outside_single_quotes() -> None:
    assert split("$PORT:1 \"${PORT}\" '$PORT' \\$PORT", AT, port=5100) == (
        *("5100:1", "5100"),
        *("$PORT", "$PORT"),
    )
