"""Whatever a box is asked for arrives as it is, or is refused: its shell executes none of it.

Every fact's question is built from hostile values and run by a real sh, and so are logs of a leaf;
a box's own files may have hostile names too.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyinfra.api import FactBase
from shell import HOW, Shell, hostile

import dockwright.facts
from dockwright.errors import DockwrightError
from dockwright.facts.certificate import FOLDER, Authorities
from dockwright.inits.init import INITS, Init
from dockwright.inits.wanted_logs import WantedLogs


def _known_facts() -> Iterator[type[FactBase[Any]]]:
    for found in iter_modules(dockwright.facts.__path__):
        module = import_module(f"dockwright.facts.{found.name}")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, FactBase)
                and value.__module__ == module.__name__
                and not value.__name__.startswith("_")
            ):
                yield value


@pytest.mark.parametrize("kind", INITS.values(), ids=INITS)
def test_logs_of_a_leaf_execute_nothing_of_its_name(kind: Init, shell: Shell) -> None:
    @HOW
    @given(hostile)
    def check(word: str) -> None:
        shell.run(kind.logs(word, WantedLogs(lines=10)))

    check()


@pytest.mark.parametrize(
    "named", ["dockwright-a|;e touch canary #.crt", "dockwright-$(touch canary).crt"]
)
def test_a_files_name_on_a_box_is_no_script(named: str, shell: Shell, tmp_path: Path) -> None:
    # GNU sed has a command that runs others: the true sed and grep are asked
    (tmp_path / named).write_text("text\n")
    line = Authorities().script().replace(FOLDER, str(tmp_path))
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == f"{named}:text\n"
    assert [path.name for path in tmp_path.iterdir()] == [named]


@pytest.mark.parametrize("fact", list(_known_facts()), ids=lambda found: found.__name__)
def test_a_fact_executes_nothing_that_it_was_asked(fact: type[FactBase[Any]], shell: Shell) -> None:
    wanted = signature(fact.script).parameters.values()

    @HOW
    @given(st.lists(hostile, min_size=len(wanted), max_size=len(wanted)))
    def check(words: list[str]) -> None:
        kinds = (str(parameter.annotation) for parameter in wanted if parameter.name != "self")
        given_ = [
            {"list[str]": [word], "int": 998}.get(kind, word)
            for kind, word in zip(kinds, words, strict=False)
        ]
        try:
            line = str(fact().script(*given_))
        except DockwrightError:
            return
        shell.run(line)

    check()
