"""What grows on a box, against what the site lets it have."""

from dockwright.status.judged.growth import Bounds, of_growth
from dockwright.status.read import Growth

GIB = 1 << 30


def test_what_is_within_its_bound_or_not_known_is_well() -> None:
    within = Growth(build_cache=11 * GIB, volumes=4, journal=90 * GIB, records=1)
    assert [*of_growth(within, Bounds())] == []
    assert [*of_growth(Growth(), Bounds(0, 0.1, True))] == []


def test_each_that_is_above_is_told_with_the_way_out() -> None:
    above = Growth(build_cache=13 * GIB, volumes=1, journal=3 * GIB)
    cache, journal, volumes = of_growth(above, Bounds(10, 2, True))
    assert "has 13.0 GiB, and dockwright_build_cache_gib is 10" in cache.text
    assert "has 3.0 GiB, and dockwright_journal_gib is 2" in journal.text
    assert volumes.text.startswith("1 volume without a name that no container has:")
    assert {one.severity for one in (cache, journal, volumes)} == {"due"}
