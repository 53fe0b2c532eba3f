"""How long a box may take to answer, by its data as they are: it is asked before they are checked.

`dockwright.box.ask` reads it for each question.
"""

from typing import Any, Protocol

SECONDS = 30.0


class BoxData(Protocol):
    """What a box's data are to who looks a key up: a dictionary, or pyinfra's."""

    def get(self, key: str, /) -> Any: ...


def answer_seconds(data: BoxData) -> float:
    """The seconds that a box may take to answer a question.

    A value that is none counts not: checking a site's data says so.

    Args:
        data: of the box.

    Example:
        >>> answer_seconds({"dockwright_answer_seconds": 60}), answer_seconds({})
        (60.0, 30.0)
    """
    try:
        return max(float(data.get("dockwright_answer_seconds") or SECONDS), 0.1)
    except (TypeError, ValueError):
        return SECONDS
