"""docs/coming-from.md: every key, run line, option and command in its tables is one that there is.

What becomes of them on boxes is tried by tests/lab.
"""

import ast
import re
from pathlib import Path

import click
import pytest

from dockwright.boot.group import group
from dockwright.boot.run_line import read
from dockwright.cli import dockwright
from dockwright.site.settings import Settings
from tests.tables import rows_of

PAGE = Path(__file__).resolve().parents[3] / "docs/coming-from.md"
TEXT = PAGE.read_text()
ROWS = [list(row.cells) for row in rows_of(PAGE)]
# words of a table that are no more than that
PLAIN = {
    "Dockerfile", "HEALTHCHECK", "HEALTHCHECK`", "docker_hosts", "registry_hosts", "builders",
    "group_data/all.py", "images/web", "images/web/Dockerfile", "images/db/Procfile", "git commit",
    "git revert", "docker volume rm", "$PORT", "${PORT:-8080}", "pyinfra INVENTORY exec -- CMD",
}  # fmt: skip


def test_there_are_tables_of_four_tools() -> None:
    assert [line for line in TEXT.splitlines() if line.startswith("## ")] == [
        "## A compose file", "## Kamal", "## Ansible", "## Dokku",
    ]  # fmt: skip
    assert len(ROWS) >= 50
    assert all(len(row) == 2 for row in ROWS), [row for row in ROWS if len(row) != 2]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_what_a_row_says_here_is_taken(row: list[str]) -> None:
    for code in re.findall(r"`([^`]+)`", row[1]):
        _try(code)


def _try(code: str) -> None:
    if code in PLAIN:
        return
    key, equals, value = code.partition(" = ")
    if key.startswith("dockwright_"):
        field = key.removeprefix("dockwright_")
        assert field in Settings.model_fields, key
        if equals:
            Settings(**{field: ast.literal_eval(value)})
    elif code.startswith("dockwright "):
        _command(code.split()[1:])
    elif match := re.fullmatch(r"(\w+): (docker run .*)", code.replace("IMAGE", "web")):
        leaf = match[2].split()[2].partition(":")[0]
        group(leaf, f"{match[1]}: {match[2]}", "Procfile", runs=match[2].split()[2])
    elif code.startswith("NAME: @"):
        group("web", code.replace("NAME", "web").replace("IMAGE", "web"), "Procfile")
    elif code.startswith("docker run "):
        read(code.replace("IMAGE", "web"), "Procfile:1")
    elif code.startswith(("--limit", "--only", "--to")):
        pass  # of the command beside it
    elif code.startswith("-"):
        read(f"docker run {code.replace('NAME', 'NET_RAW')} web", "Procfile:1")
    else:
        raise AssertionError(f"{code}: nobody tries it")


def _command(words: list[str]) -> None:
    """Whether click takes the words; INVENTORY and DEPLOY are understood."""
    command: click.Command = dockwright
    context = click.Context(dockwright, info_name="dockwright")
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"dockwright {name}: no such command"
        command = found
    wanted = [one for one in command.params if isinstance(one, click.Argument) and one.required]
    given = [word for word in words if not word.startswith("-")]
    if "--" not in words:
        words = words + ["x"] * max(0, len(wanted) - len(given))
    command.make_context("dockwright", words, resilient_parsing=False)
