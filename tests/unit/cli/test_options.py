"""What options of several commands mean: build arguments, and the chain that is read with them."""

from pathlib import Path

import click
import pytest

from dockwright.cli.options import arguments, chain_of, told
from dockwright.errors import DockwrightError


def test_an_argument_is_a_name_and_any_text() -> None:
    assert arguments(["A=1", "B=", "C=a=b", "A=2"]) == {"A": "2", "B": "", "C": "a=b"}
    assert arguments([]) == {}


@pytest.mark.parametrize("text", ["A", "=1", ""])
def test_what_is_none_is_wrong_usage_with_how_to_write_it(text: str) -> None:
    with pytest.raises(click.UsageError, match=rf"--arg {text}: write NAME=value"):
        arguments([text])


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCKWRIGHT_INVENTORY", raising=False)
    for name, text in {"a": "FROM debian:bookworm", "b": "FROM a\nARG V", "c": "FRMO a",
                       "d": "FROM c"}.items():  # fmt: skip
        (tmp_path / "images" / name).mkdir(parents=True)
        (tmp_path / "images" / name / "Dockerfile").write_text(text)
    return tmp_path


def test_without_a_site_it_is_a_tree_of_dockerfiles_and_an_odd_argument_is_told(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chain = chain_of(None, ["V=1", "W=2"], [])
    assert [image.name for image in chain.images] == ["a", "b"]
    assert dict(chain.images[1].args) == {"V": "1"}
    assert capsys.readouterr().err == "warning: --arg W: no Dockerfile below images has ARG W\n"


def test_a_site_that_is_named_must_be_there(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DockwrightError, match=r"^inventory gone\.py: no such file"):
        chain_of(None, [], [], inventory="gone.py")
    monkeypatch.setenv("DOCKWRIGHT_INVENTORY", "gone.py")
    with pytest.raises(DockwrightError, match=r"^inventory gone\.py: no such file"):
        chain_of(None, [], [])


def test_what_is_in_error_is_told_with_what_waits_behind_it(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, wrong = told(chain_of(None, [], []))
    assert ([image.name for image in images], wrong) == (["a", "b"], True)
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("error: images/c/Dockerfile:1: FRMO: ")
    assert line.endswith("; not planned without it: d")


def test_of_what_is_named_an_error_ends_it(tree: Path) -> None:
    chain = chain_of(None, [], [])
    assert told(chain, ["b"]) == (chain.images, False)
    with pytest.raises(DockwrightError, match="images/c/Dockerfile:1: FRMO"):
        told(chain, ["d"])
