"""The scripts that boxes run and that are longer than a few lines: .sh files beside this one.

They are shipped with the package, as the templates are, and linted by `script/check`. Facts and
operations read theirs once, when they are imported; words like @PATH@ stand for what they fill in.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent
_FOR_LINT = "# shellcheck "


def text(name: str) -> str:
    """The text of a script, without the lines at its top that speak to shellcheck alone.

    Args:
        name: its path below this folder, without ``.sh``.

    Example:
        >>> text("clean/zero").splitlines()[-1]
        'echo "$count MiB of free space zeroed"'
    """
    lines = (_FOLDER / f"{name}.sh").read_text(encoding="utf-8").splitlines(keepends=True)
    while lines and lines[0].startswith(_FOR_LINT):
        lines.pop(0)
    return "".join(lines)
