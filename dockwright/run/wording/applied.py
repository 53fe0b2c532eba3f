"""What a run did, as a person reads it: a table by box, and why what failed did."""

from __future__ import annotations

from collections.abc import Iterator

from dockwright.run.applied import Applied
from dockwright.run.wording.columns import table
from dockwright.text import line as shown

_LONGEST = 300


def lines(done: Applied) -> Iterator[str]:
    """A table of all boxes, with what failed and why, and one line for the whole.

    Example:
        >>> from dockwright.run.applied import OfBox
        >>> done = Applied({"docker": OfBox(("Leaves | zenweb: boot job",), {}, 3, 1.9)}, 2.04)
        >>> list(lines(done))[-1]
        '1 changed, 3 as declared; 2.0 s'
    """
    failed = any(of.failed for of in done.boxes.values())
    if done.absent or failed or any(of.changed for of in done.boxes.values()):
        rows = [("box", "changed", "as declared", "seconds", "failed" if failed else "")]
        for box, of in done.boxes.items():
            first, *rest = [
                f"{shown(name.rpartition(' | ')[2], _LONGEST)}: {shown(why, _LONGEST)}"
                for name, why in of.failed.items()
            ] or [""]
            figures = (str(len(of.changed)), str(of.current), f"{of.seconds:.1f}")
            rows.append((shown(box), *figures, first))
            rows += [("", "", "", "", more) for more in rest]
        rows += [(shown(box), "", "", "", shown(why)) for box, why in done.absent.items()]
        yield from table(rows, numbers=(1, 2, 3), wide=4)
    yield summary(done)


def summary(done: Applied) -> str:
    """One line: how many operations changed something, failed, and found things as declared.

    Example:
        >>> summary(Applied({}, 0.3))
        'nothing changed; 0.3 s'
    """
    changed = sum(len(of.changed) for of in done.boxes.values())
    failed = sum(len(of.failed) for of in done.boxes.values())
    current = sum(of.current for of in done.boxes.values())
    parts = [
        f"{changed} changed" if changed else "nothing changed",
        f"{failed} failed" if failed else "",
        f"{current} as declared" if current else "",
    ]
    return f"{', '.join(filter(None, parts))}; {done.seconds:.1f} s"
