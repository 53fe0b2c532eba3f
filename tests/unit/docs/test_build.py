"""script/docs builds all pages, without a warning and without anything from outside."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "docs/_build"


@pytest.fixture(scope="module")
def built() -> Path:
    done = subprocess.run(
        ["script/docs"], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return BUILT


def test_there_is_a_page_of_each_text(built: Path) -> None:
    texts = [path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")
             if BUILT not in path.parents]  # fmt: skip
    assert len(texts) >= 25
    assert [
        str(text) for text in texts if not (built / "html" / text.with_suffix(".html")).is_file()
    ] == []


def test_a_page_takes_nothing_from_outside(built: Path) -> None:
    outside = re.compile(r'<(?:script|img|link)\b[^>]*(?:src|href)="(?:https?:)?//[^"]*"')
    for page in (built / "html").rglob("*.html"):
        assert outside.findall(page.read_text()) == [], page


def test_the_code_is_in_the_reference(built: Path) -> None:
    pages = {name: (built / f"html/reference/{name}.html").read_text()
             for name in ("operations", "facts", "commands", "data")}  # fmt: skip
    assert 'id="dockwright.operations.boot.job"' in pages["operations"]
    assert 'id="dockwright.facts.boot.BootJobs"' in pages["facts"]
    assert 'id="dockwright-lab-up"' in pages["commands"]
    assert "dockwright_further_addresses" in pages["data"]


def test_there_is_a_manual_page(built: Path) -> None:
    text = (built / "man/dockwright.1").read_text()
    assert '.TH "DOCKWRIGHT" "1"' in text
    assert "rollback" in text
