"""The fenced blocks of a page of docs/ or of a README, each with its place and its mark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_SHOWN = re.compile(r"<!-- shown only: (.+) -->")
_ENDS = re.compile(r"<!-- ends with (\d+) -->")


@dataclass(frozen=True)
class Block:
    """A block: ``docs/x.md:12``, its language and text, and what the comment before it says.

    ``shown_only``: why it is not run; ``status``: what it ends with.
    """

    place: str
    language: str
    text: str
    shown_only: str | None = None
    status: int = 0


def _language(text: list[str]) -> str:
    """Of a block that names none: commands where one of them is ours."""
    ours = re.compile(r"(?:\S+=\S* |sudo )*(?:\S*/)?(?:dockwright|pyinfra|script/\w+)(?: |$)")
    return "sh" if any(ours.match(line) for line in text) else "text"


def pages() -> list[Path]:
    """README.md, and all pages of docs/ but those that are built."""
    texts = [path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(texts)]


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order; a mark is the line before a block."""
    before, begun, language, text = "", 0, "", list[str]()
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if not begun and line.startswith("```"):
            begun, language, text = number, line.strip("`").strip(), []
        elif begun and line == "```":
            shown, ends = _SHOWN.fullmatch(before), _ENDS.fullmatch(before)
            place = f"{page.relative_to(ROOT)}:{begun}"
            why, status = shown[1] if shown else None, int(ends[1]) if ends else 0
            yield Block(place, language or _language(text), "\n".join(text), why, status)
            begun, before = 0, ""
        elif begun:
            text.append(line)
        elif line.strip():
            before = line.strip()
    assert not begun, f"{page}:{begun}: a block without its end"
