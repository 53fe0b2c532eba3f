"""Commands and programs that the pages show: each is one that there is, or is marked and counted.

tests/lab/test_tutorial.py runs those of the tutorial on boxes.
"""

import ast
import re
import shlex
from collections.abc import Iterator
from importlib import import_module

import click
import pytest

from dockwright.cli import dockwright
from dockwright.site.settings import validated
from tests.docs_blocks import ROOT, Block, blocks, pages

BLOCKS = [block for page in pages() for block in blocks(page)]
LANGUAGES = {"sh", "python", "text", "nginx", "json", "{toctree}", "{eval-rst}"}
# what any shell has, beside a command of ours
ORDINARY = {
    "!", "bash", "cat", "cd", "curl", "echo", "eval", "git", "grep", "man", "mkdir", "rm", "sed",
}  # fmt: skip
RUN = "docs/tutorial.md"
INLINE = re.compile(r"`((?:dockwright|pyinfra|script)[ /][^`]+)`")
SPANS = [
    (f"{page.relative_to(ROOT)}: {code}", code)
    for page in pages()
    for code in INLINE.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_a_block_is_tried_or_marked(block: Block) -> None:
    assert block.language in LANGUAGES, f"{block.place}: {block.language}: no language of ours"
    if block.language == "python":
        _program(block)
    if block.language == "sh":
        tried = [_try(words, block.place) for words in _commands(block.text)]
        if not block.place.startswith(RUN) and not block.shown_only:
            assert any(tried), f"{block.place}: nobody tries it; mark it <!-- shown only: why -->"
            assert None not in tried, f"{block.place}: {block.text}: a program that nobody knows"


@pytest.mark.parametrize("span", SPANS, ids=lambda span: span[0])
def test_a_command_in_a_sentence_is_one_that_there_is(span: tuple[str, str]) -> None:
    place, code = span
    for words in _commands(code.replace("\n", " ")):
        _try(words, place)


def test_so_many_are_run_tried_and_only_shown() -> None:
    shell = [block for block in BLOCKS if block.language == "sh"]
    shown = [block.place for block in shell if block.shown_only]
    run = [one for one in shell if one.place.startswith(RUN) and not one.shown_only]
    print(
        f"{len(shell)} blocks of commands: {len(run)} run, {len(shown)} only shown, "
        f"{len(shell) - len(run) - len(shown)} tried; {len(SPANS)} commands in sentences"
    )
    assert len(run) >= 12
    assert len(shown) <= 10, shown


def _program(block: Block) -> None:
    tree = ast.parse(block.text, block.place)
    keys = {
        one.targets[0].id: ast.literal_eval(one.value)
        for one in tree.body
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Name)
        and one.targets[0].id.startswith("dockwright_")
    }
    assert validated(keys)[1] == (), block.place
    for one in tree.body:
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("dockwright"):
            module = import_module(str(one.module))
            for name in one.names:
                if not hasattr(module, name.name):
                    import_module(f"{one.module}.{name.name}")


def _commands(text: str) -> Iterator[list[str]]:
    """The simple commands of a text: without here-documents, comments and variables before them."""
    end = None
    for line in text.splitlines():
        if end is not None:
            end = None if line == end else end
            continue
        if here := re.search(r"<<'?(\w+)'?", line):
            end, line = here[1], line[: here.start()]
        reader = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        reader.whitespace_split = True
        words: list[str] = []
        for word in [*reader, ";"]:
            if set(word) <= set("|&;"):
                words = words[: words.index(">")] if ">" in words else words
                while words and (re.match(r"\w+=", words[0]) or words[0] in ("sudo", "-E")):
                    words.pop(0)
                if words:
                    yield words
                words = []
            else:
                words.append(word)


def _try(words: list[str], place: str) -> bool | None:
    """Whether the command was held against what there is; None for a program nobody knows."""
    program, *rest = words
    name = program.rpartition("/")[2]
    if name == "dockwright":
        _click(rest, place)
        return True
    if name == "pyinfra":
        _pyinfra(rest, place)
        return True
    if program.startswith("script/"):
        text = (ROOT / program).read_text()
        for word in rest:
            if not word.startswith("-") and word.islower():
                assert re.search(rf"\b{word}\b", text), f"{place}: {program} has no {word}"
        return True
    return False if name in ORDINARY else None


def _click(words: list[str], place: str) -> None:
    if words == ["--version"]:
        return
    command: click.Command = dockwright
    context = click.Context(dockwright, info_name="dockwright")
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words[0])
        assert found is not None, f"{place}: dockwright {words[0]}: no such command"
        command, words = found, words[1:]
    if isinstance(command, click.Group):
        return
    # a sentence may leave out what a command needs
    arguments = [one for one in command.params if isinstance(one, click.Argument) and one.required]
    short = "--" not in words and sum(not word.startswith("-") for word in words) < len(arguments)
    try:
        command.make_context("dockwright", list(words), resilient_parsing=short)
    except click.MissingParameter:
        pass
    except click.exceptions.Exit:
        pass  # it showed its help
    except click.ClickException as error:
        raise AssertionError(f"{place}: {error.format_message()}") from error


def _pyinfra(words: list[str], place: str) -> None:
    for word in words:
        if word.endswith(".py") and "/" in word:
            assert (ROOT / word).is_file(), f"{place}: {word}: no such file"
        if word.startswith("dockwright."):
            module, _, name = word.rpartition(".")
            assert hasattr(import_module(module), name), f"{place}: {word}"
