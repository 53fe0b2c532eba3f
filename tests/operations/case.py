"""A case's file read, and what an operation yields as values that a file can hold."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pyinfra.context import ContextObject
from pyinfra_testing.operations import parse_commands

from dockwright.chain.graph import Source, order
from dockwright.chain.plan import Step
from dockwright.chain.read import read
from dockwright.commands.declare import Call
from dockwright.commands.script import Script
from dockwright.commands.write import Write
from dockwright.errors import DockwrightError
from dockwright.switching.switch import Switch

FIXTURES = Path(__file__).parent / "fixtures"
_GOLDEN = Path(__file__).parents[1] / "golden" / "jobs"
_FILLED = re.compile(r"<<(?P<what>[a-z][^:>]*): (?P<of>[^>]+)>>")


def load(path: Path) -> dict[str, Any]:
    """A case, with what stands in << >> filled in.

    `text` and `base64` are of a golden job file or of one in fixtures, `lines LABEL` is its text
    with a label before each line, as facts print it; `recipe` and `parts` are the labels of an
    image of fixtures/chain, `tag` the tag of its recipe.
    """
    found: dict[str, Any] = _fill(yaml.safe_load(path.read_text(encoding="utf-8")))
    return found


def _fill(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _fill(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item) for item in value]
    return _FILLED.sub(_filling, value) if isinstance(value, str) else value


def _filling(match: re.Match[str]) -> str:
    what, of = match["what"], match["of"]
    if what in ("recipe", "parts", "tag"):
        recipe = next(i.recipe for i in order(read(FIXTURES / "chain")) if i.name == of)
        # quoted as JSON within a JSON line
        found = {"recipe": recipe.digest, "tag": recipe.tag}
        return found.get(what) or recipe.parts.replace('"', '\\"')
    if of.startswith(("systemd/", "upstart/", "supervisord/")):
        # a golden file's first line is its path and mode
        _, _, text = (_GOLDEN / of).read_text(encoding="utf-8").partition("\n")
    else:
        text = (FIXTURES / of).read_text(encoding="utf-8")
    if what == "text":
        return text
    if what == "base64":
        return base64.b64encode(text.encode()).decode()
    return "\n".join(f"{what.removeprefix('lines ')}:{line}" for line in text.splitlines())


def shown(command: Any) -> Any:
    """One yielded command as a case's `commands` writes it; pyinfra's own as pyinfra-testing does.

    A script that goes to `sh -c` or to Script is told by its last line: a case says which one
    and with what, and test_scripts.py that its shell is valid.
    """
    if isinstance(command, Write):
        access = f"{command.mode:o} {command.owner}"
        return {"write": command.path, "access": access, "text": command.text}
    if isinstance(command, Script):
        given = {} if command.stdin is None else {"stdin": command.stdin}
        return {"script": command.what, "args": list(command.args), **given}
    if isinstance(command, Switch):
        goal = command.goal
        return {"switched to": goal.image, "up": list(goal.jobs), "within": goal.patience.wait}
    if isinstance(command, Call):
        name = command.function.__name__
        if name == "failing":
            return {"fail": _message(command)}
        return {"call": name, "args": [_plain(item) for item in command.args]}
    (line,) = parse_commands([command])
    if isinstance(line, dict) and "_stdin" in line:
        return {"command": _without_script(line["command"]), "stdin": line["_stdin"]}
    return line


def flat(commands: Iterable[Any]) -> Iterator[Any]:
    """The commands, and in the place of a Switch its steps and what it waits for."""
    for command in commands:
        if isinstance(command, Switch):
            yield from flat(command.steps)
        yield command


def _message(command: Call) -> str:
    try:
        command.function()
    except DockwrightError as error:
        return str(error)
    raise AssertionError("a command that is to fail does not")


def _without_script(line: str) -> str:
    *words, script = shlex.split(line)
    return " ".join([*words, f"…{script.strip().splitlines()[-1]}"])


def _plain(value: Any) -> Any:
    if isinstance(value, Step):
        return f"{value.image.name}: {value.reason}{', fresh' if value.fresh else ''}"
    if isinstance(value, ContextObject):
        return value.name  # the current host
    if isinstance(value, Mapping):
        return [k if isinstance(v, Source) else {k: v} for k, v in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
