"""The rows of a page's tables, each with the heading it stands under."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One row: its heading's first words, and its cells."""

    of: str
    cells: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.of}: {self.cells[0]}"


def rows_of(path: Path) -> list[Row]:
    """All rows but those that name the columns."""
    found, of = [], ""
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if line.startswith("## "):
            of = line.removeprefix("## ")
        ruled = number + 1 < len(lines) and re.fullmatch(r"\|[-|]+\|", lines[number + 1])
        if line.startswith("| ") and not ruled:
            found.append(Row(of, tuple(cell.strip() for cell in line.strip("|").split(" | "))))
    return found
