"""The pages of docs/reference that are made from the code are current, and lack nothing."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[3] / "docs"


def _generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = _generate()
PAGES: dict[str, str] = generate.pages()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_current(path: str) -> None:
    if os.environ.get("DOCKWRIGHT_GOLDEN") == "write":
        (DOCS / path).write_text(PAGES[path])
    assert (DOCS / path).read_text() == PAGES[path], "DOCKWRIGHT_GOLDEN=write writes it"


def test_every_operation_and_fact_has_a_docstring() -> None:
    documented, without = 0, []
    for noun, module, names in [*generate.operations(), *generate.facts()]:
        for name in names:
            documented += 1
            if not getattr(module, name).__doc__:
                without.append(f"{noun}.{name}")
    print(f"{documented} operations and facts, {len(without)} without documentation")
    assert without == []
    assert documented >= 45
