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


def test_the_table_of_suites_tells_what_failed_and_what_was_not_tried() -> None:
    page = generate.tried(
        {
            "old": {
                "title": "Debian 12",
                "boxes": {"engine": "20.10", "buildx": ""},
                "tried": {"a leaf": "ok", "a plan": "not"},
            },
            "new": {"title": "Debian 13", "boxes": {}, "tried": {"a leaf": "ok"}},
        }
    )
    assert "| Debian 12 | 20.10 | none | none | none | none | 1 | 1 |" in page
    assert "| a leaf | ok | ok |" in page
    assert "| a plan | not | not tried |" in page
