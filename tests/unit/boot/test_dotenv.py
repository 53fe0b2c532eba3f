"""The environment of an export: foreman's .env, every value of it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from dockwright.boot.dotenv import parse
from dockwright.errors import DockwrightError
from tests import hostile

AT = "site.env"
LINES = [
    "A=",
    "A=plain",
    "A= a  b ",
    "A=a=b#c # d",
    "A='$x \"y\" `z` \\n'",
    "A='it's'",
    'A="a b"',
    'A="one\\ntwo\\\\"',
    'A="say \\"so\\" it\'s"',
    'A="\'"',
    "A='\"'",
    "A='",
    "A=a'b'",
    "A=100% %h grüße ☃ \\n",
    "A=~/x $HOME ${X}",
]


@pytest.mark.skipif(
    shutil.which("foreman") is None, reason="no foreman here; script/install --lab installs it"
)
def test_a_line_is_read_as_foreman_reads_it(tmp_path: Path) -> None:
    read = 'require "foreman/env"; Foreman::Env.new(ARGV[0]).entries { |_, v| print v, "\\0" }'
    for line in LINES:
        (tmp_path / "env").write_text(f"{line}\n", encoding="utf-8")
        done = subprocess.run(
            ["ruby", "-Ku", "-e", f'Encoding.default_external = "UTF-8"; {read}', tmp_path / "env"],
            capture_output=True, check=True, text=True, encoding="utf-8",
        )  # fmt: skip
        assert [*parse(line, AT).values(), ""] == done.stdout.split("\0"), line


def test_comments_blank_lines_and_ends_of_windows_are_nothing() -> None:
    assert parse("# a\n\n  # b\nA=1\r\n\t\nB='2'", AT) == {"A": "1", "B": "2"}


def test_a_backslash_before_an_n_can_be_written_which_foreman_cannot() -> None:
    assert parse('A="a\\\\nb"', AT) == {"A": "a\\nb"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A=1\ns3cret", "site.env:2: not a variable"),
        ("export A=s3cret", "site.env:1: not a variable"),
        ("1A=s3cret", "site.env:1: not a variable"),
        ("A=1\nA=s3cret", "site.env:2: A: given above too"),
        ('A="s3cret', "site.env:1: A: quotes that do not pair"),
        ('A="s3cret" # b', "site.env:1: A: quotes that do not pair"),
        ('A="s3cret\\"', "site.env:1: A: quotes that do not pair"),
    ],
)
def test_what_cannot_be_read_is_named_without_its_value(text: str, said: str) -> None:
    with pytest.raises(DockwrightError, match=f"^{said}") as caught:
        parse(text, AT)
    assert "s3cret" not in str(caught.value)


@given(hostile.VALUES)
def test_any_value_can_be_written_in_double_quotes(value: str) -> None:
    written = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert parse(f'A="{written}"\n', AT) == {"A": value}
