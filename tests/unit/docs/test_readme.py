"""README.md stays short, and what it and CONTRIBUTING.md point to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def test_it_is_read_to_its_end() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 130


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "images/README.md"])
def test_a_link_leads_somewhere(name: str) -> None:
    page = ROOT / name
    links = [link for link in re.findall(r"\]\(([^)#]+)", page.read_text())
             if not link.startswith("http")]  # fmt: skip
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_can_be_found_from_it() -> None:
    """Each page of a folder of docs/ is in README.md or one click further."""
    found = {ROOT / "README.md"}
    for _ in range(2):
        for page in list(found):
            for link in re.findall(r"\]\(([^)#]+\.md)", page.read_text()):
                if not link.startswith("http"):
                    found.add((page.parent / link).resolve())
    pages = {path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts}
    # what is in docs/ itself stands in the contents of the site
    inner = {path for path in pages - found if path.parent != ROOT / "docs"}
    assert {str(path.relative_to(ROOT)) for path in inner} == set()
