"""Which boxes are away, as the data says."""

from typing import Any

import pytest

from dockwright.errors import DockwrightError
from dockwright.site.away import KEY, WHY, away, hint


@pytest.mark.parametrize("said", [None, False, "web1", 1, {"web1": 1}])
def test_what_says_neither_true_nor_a_list_says_nothing(said: Any) -> None:
    assert away({"web1": {KEY: said}, "web2": {}}) == {}


@pytest.mark.parametrize("names", [["web2"], ("web2",)])
def test_a_list_counts_for_the_boxes_whose_data_has_it(names: list[str] | tuple[str, ...]) -> None:
    # a list in data of all boxes is in that of each; one in a box's own names nobody else
    assert away({"web1": {KEY: names}, "web2": {KEY: names}, "web3": {}}) == {"web2": WHY}
    assert away({"web1": {KEY: True}, "web2": {KEY: names}}) == {"web1": WHY, "web2": WHY}


def test_a_name_that_no_box_has_is_told_with_the_nearest() -> None:
    with pytest.raises(DockwrightError, match=rf"^{KEY}: wbe2: not in the inventory; did you mean"):
        away({"web1": {KEY: ["wbe2"]}, "web2": {}})
    with pytest.raises(
        DockwrightError, match=r"^dockwright_away: 7: not in the inventory; boxes: "
    ):
        away({"web1": {KEY: [7]}})


def test_a_hint_is_a_name_that_is_near_or_all_of_them() -> None:
    assert hint("dokcer", {"docker": {}, "registry": {}}) == "did you mean docker?"
    assert hint("zzz", {"docker": {}, "registry": {}}) == "boxes: docker, registry"
    assert hint("", {}) == "boxes: "
