"""The parts that names mean."""

import pytest

from dockwright.backup.parts import Part
from dockwright.errors import DockwrightError
from dockwright.run.backup.chosen import chosen_parts

PARTS = [
    Part("app1", "_secrets", ("/etc/dockwright",)),
    Part("app1", "wiki", ("w",), "wiki"),
    Part("app2", "wiki", ("w",), "wiki"),
]


@pytest.mark.parametrize(
    ("names", "places"),
    [
        ([], ["app1/_secrets", "app1/wiki", "app2/wiki"]),
        (["wiki"], ["app1/wiki", "app2/wiki"]),
        (["app1"], ["app1/_secrets", "app1/wiki"]),
        (["app2/wiki", "wiki"], ["app2/wiki", "app1/wiki"]),
    ],
)
def test_a_name_is_a_box_a_leaf_or_both(names: list[str], places: list[str]) -> None:
    assert [one.place for one in chosen_parts(PARTS, names)] == places


def test_a_name_that_is_none_is_told_with_what_is_meant() -> None:
    with pytest.raises(DockwrightError, match=r"wikki: .*did you mean wiki\?"):
        chosen_parts(PARTS, ["wikki"])
