"""The pages of docs/reference that are made from the code; tests/unit/docs/test_generated.py.

`DOCKWRIGHT_GOLDEN=write pytest tests/unit/docs/test_generated.py` writes them.
"""

import json
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from pyinfra.api import FactBase

import dockwright.deploys
import dockwright.facts
import dockwright.operations
from dockwright.boot.group import group
from dockwright.inits.init import INITS
from dockwright.places import PLACES
from dockwright.site.schema import data_schema

# what `script/test suites` wrote down
_TRIED = Path(__file__).resolve().parents[1] / "tests/suites/tried.json"
_ABOVE = "<!-- made by docs/generate.py -->\n\n"


def pages() -> dict[str, str]:
    """Each page's text by its path below docs/."""
    return {
        "reference/data.md": _ABOVE + _data(),
        "reference/operations.md": _ABOVE + _operations(),
        "reference/facts.md": _ABOVE + _facts(),
        "reference/files.md": _ABOVE + _files(),
        "reference/tried-suites.md": _ABOVE + tried(json.loads(_TRIED.read_text())),
    }


def operations() -> Iterator[tuple[str, ModuleType, list[str]]]:
    """The nouns with their operations: ``("boot", module, ["job", "only", "restart"])``."""
    for found in pkgutil.iter_modules(dockwright.operations.__path__):
        module = import_module(f"dockwright.operations.{found.name}")
        names = [name for name, value in vars(module).items() if hasattr(value, "_inner")]
        if names:
            yield found.name, module, sorted(names)


def facts() -> Iterator[tuple[str, ModuleType, list[str]]]:
    """The modules with their facts."""
    for found in pkgutil.iter_modules(dockwright.facts.__path__):
        module = import_module(f"dockwright.facts.{found.name}")
        names = [
            name
            for name, value in vars(module).items()
            if isinstance(value, type)
            and issubclass(value, FactBase)
            and value.__module__ == module.__name__
            and not name.startswith("_")
        ]
        if names:
            yield found.name, module, sorted(names)


def _operations() -> str:
    text = (
        "# Operations and deploys\n\n"
        "Each takes pyinfra's own arguments too (`name`, `_sudo`, `_if`, …). The second run of\n"
        "one changes nothing. [In your own pyinfra project](../how-to/own-project.md) shows them "
        "together.\n\n"
        "## Deploys\n\n`from dockwright.deploys import docker_host`: what a box is to be, put\n"
        "together from operations; each reads the [site's data](data.md).\n\n"
    )
    for name in sorted(dockwright.deploys.__all__):
        text += _directive("autofunction", f"dockwright.deploys.{name}")
    for noun, module, names in operations():
        text += f"## {noun}\n\n{_opening(module)}\n\n`from dockwright.operations import {noun}`\n\n"
        for name in names:
            text += _directive("autofunction", f"dockwright.operations.{noun}.{name}")
    return text.rstrip() + "\n"


def _facts() -> str:
    text = (
        "# Facts\n\n"
        "What a box is asked. `pyinfra INVENTORY fact dockwright.facts.boot.BootJobs` asks one by\n"
        "hand (it needs root: `--sudo`); in Python it is `host.get_fact(BootJobs)`.\n\n"
    )
    for noun, module, names in facts():
        text += f"## {noun}\n\n{_opening(module)}\n\n"
        for name in names:
            text += _directive("autoclass", f"dockwright.facts.{noun}.{name}")
    return text.rstrip() + "\n"


def tried(rows: Mapping[str, Any]) -> str:
    """The table of what `script/test suites` tried on which boxes, and what came of it."""
    text = (
        "# Tried on each suite\n\n"
        "A small site of two boxes (a registry that builds, a box with a leaf), by\n"
        "`script/test suites`, which writes this table. The rest of what was tried is on\n"
        "[Tried on](../explanation/tried.md).\n\n"
        "| boxes | engine | buildx | image store | sudo | coreutils | ok | not |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    for row in rows.values():
        its, counts = row["boxes"], Counter(row["tried"].values())
        words = [its.get(word) or "none" for word in _OF_BOXES]
        cells = [row["title"], *words, str(counts["ok"]), str(counts["not"])]
        text += f"| {' | '.join(cells)} |\n"
    whats = dict.fromkeys(what for row in rows.values() for what in row["tried"])
    text += f"\n| what | {' | '.join(row['title'] for row in rows.values())} |\n"
    text += f"|---|{'---|' * len(rows)}\n"
    for what in whats:
        outcomes = [row["tried"].get(what, "not tried") for row in rows.values()]
        text += f"| {what} | {' | '.join(outcomes)} |\n"
    return text


_OF_BOXES = ("engine", "buildx", "store", "sudo", "coreutils")
_BOXES = {"box": "Of every box", "leaf": "Of a box that runs leaves",
          "registry": "Of the registry's box"}  # fmt: skip
# a leaf with a job of each sort, for the paths that an init gives it
_EACH = "release: docker run LEAF\nweb: docker run LEAF\nclean: @daily docker run LEAF\n"


def _files() -> str:
    text = (
        "# Files on a box\n\n"
        "What Dockwright writes there, with mode, and owner where it is not root; all else is\n"
        "left alone. What is marked is secret, or of this machine: it is destroyed before a\n"
        "box is packaged. What a leaf's `box.py` makes is the leaf's own.\n"
    )
    for of, title in _BOXES.items():
        text += f"\n## {title}\n\n| path | mode | owner | secret | what |\n|---|---|---|---|---|\n"
        for place in PLACES:
            if place.of == of:
                owner = "" if place.owner == "0:0" else place.owner
                secret = "yes" if place.secret else ""
                text += f"| {place.path} | {place.mode} | {owner} | {secret} | {place.what} |\n"
        if of == "leaf":
            text += "".join(_of_inits())
    return text


def _of_inits() -> Iterator[str]:
    for name, init in INITS.items():
        files = (*init.shared(), *init.files(group("leaf", _EACH.replace("LEAF", "leaf"), name)))
        paths = {
            re.sub(r"leaf\.[a-z]+\.1", "LEAF.PROCESS.N", file.path).replace("-leaf", "-LEAF"): file
            for file in files
        }
        for path, file in paths.items():
            yield f"| {path} | {file.mode:o} | | | {name}: {_part(path)} |\n"


def _part(path: str) -> str:
    if ".timer" in path or "/cron.d/" in path:
        return "times of a leaf's tasks"
    if "PROCESS" in path:
        return "a container of a leaf"
    return "a leaf" if "LEAF" in path else "shared by all leaves"


def _directive(kind: str, name: str) -> str:
    return f"```{{eval-rst}}\n.. {kind}:: {name}\n```\n\n"


def _opening(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().partition("\n\n")[0]


def _data() -> str:
    properties = data_schema()["properties"]
    text = (
        "# The site's data\n\n"
        "All keys, in `group_data/` of the inventory's folder or in the data of a box. A key that\n"
        "is unknown, misspelt or has a value that is not allowed is an error before anything is\n"
        "changed, all mistakes of all boxes at once. "
        "[Inventory and data](../how-to/inventory.md) says how they go together;\n"
        "[site-data.schema.json](../site-data.schema.json) is the same for programs.\n"
    )
    for key, schema in properties.items():
        (example,) = schema["examples"]
        text += (
            f"\n## {key}\n\n"
            f"{_sentence(schema['description'])}\n\n"
            f"- Type: {_type(schema)}\n"
            f"- Default: `{_python(schema['default'])}`\n\n"
            f"```python\n{key} = {_python(example)}\n```\n"
        )
    return text


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def _python(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(_python, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_python(k)}: {_python(v)}' for k, v in value.items())}}}"
    return repr(value)


def _type(schema: Any) -> str:
    """A JSON schema in words."""
    if isinstance(schema, bool):
        return "anything"
    if "properties" in schema:
        return f"map of {', '.join(f'`{name}`' for name in schema['properties'])}"
    if "anyOf" in schema:
        words = [_type(one) for one in schema["anyOf"]]
        return " or ".join(dict.fromkeys(words))
    if "enum" in schema:
        return " or ".join(f"`{_python(one)}`" for one in schema["enum"])
    kind = schema.get("type")
    if kind == "array":
        return f"list of: {_type(schema['items'])}"
    if kind == "object":
        patterns = [*schema.get("patternProperties", {}).values()]
        inner = patterns[0] if patterns else schema.get("additionalProperties", True)
        return f"map of names to: {_type(inner)}"
    plain = {"string": "text", "boolean": "`True` or `False`", "null": "`None`"}
    if kind in plain:
        return "an IP address" if "format" in schema and kind == "string" else plain[kind]
    if kind in ("integer", "number"):
        return f"{'a whole number' if kind == 'integer' else 'a number'}{_bounds(schema)}"
    return "anything"


def _bounds(schema: Any) -> str:
    words = []
    for word, name in (
        ("at least", "minimum"),
        ("more than", "exclusiveMinimum"),
        ("at most", "maximum"),
    ):
        if name in schema:
            words.append(f"{word} {schema[name]:g}")
    return f", {', '.join(words)}" if words else ""
