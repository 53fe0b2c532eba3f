"""What facts make of a box's lines: MODULE.Fact/a_sentence.yaml.

A case's `arg` are the fact's arguments, `output` the lines, and `fact` the value, a dataclass
as a mapping. Where the command is a whole script, a case doesn't repeat it: test_commands.py
looks at the shell of every fact.
"""

import dataclasses
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyinfra_cli.util import json_encode

from dockwright.box.answer import Answer
from dockwright.box.fact import Fact

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*.*/*.yaml"))
KEYS = {"arg", "command", "requires_command", "output", "fact"}


@pytest.mark.parametrize("path", CASES, ids=[f"{c.parent.name}/{c.stem}" for c in CASES])
def test_case(path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert case.keys() <= KEYS
    module, _, name = path.parent.name.partition(".")
    fact: Fact[Any] = getattr(import_module(f"dockwright.facts.{module}"), name)()
    arg = case.get("arg", [])
    args = arg if isinstance(arg, list) else [arg]
    script = fact.script(*args)
    if "command" in case:
        assert script == case["command"]
    assert fact.requires_command(*args) == case.get("requires_command")
    output = case["output"]
    said = str(output) if isinstance(output, str) else "".join(f"{line}\n" for line in output)
    value = fact.value(Answer(said.encode(), 0, b""))
    assert json.loads(json.dumps(value, default=_plain)) == case["fact"]


def _plain(value: Any) -> Any:
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) else json_encode(value)


def test_the_cases_are_found() -> None:
    assert len({path.parent.name for path in CASES}) >= 17
