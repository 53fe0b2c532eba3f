"""Questions to a registry about many tags."""

import pytest

from dockwright.errors import NotReady
from dockwright.facts.manifests import _asked


def test_the_answers_are_in_the_order_of_the_questions() -> None:
    assert _asked(lambda image: image.upper(), ["b", "a", "c"]) == ["B", "A", "C"]
    assert _asked(lambda _: None, ["b"]) == [None]


def test_a_registry_that_is_down_is_waited_for_once() -> None:
    asked = []

    def ask(image: str) -> str:
        asked.append(image)
        raise NotReady("registry r:5000: no answer")

    with pytest.raises(NotReady):
        _asked(ask, ["a", "b", "c"])
    assert asked == ["a"]
