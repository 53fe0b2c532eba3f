"""What a person is told of updates: all that is behind and stays, and nothing where nothing is."""

import pytest

from dockwright.facts.updates import BoxUpdates, UpgradeSteps
from dockwright.operations.updates.chosen import Choice
from dockwright.operations.updates.words import after_lines, behind_line, days, left_lines
from dockwright.site.apt_policy import Outdated

SSL = Outdated("openssl", "1", "2", True)
ZSTD = Outdated("zstd", "1", "2", False)
DOCKER = Outdated("docker.io", "20", "26", True)


@pytest.mark.parametrize(("age", "said"), [
    (None, "nobody knows how"), (0, "no day"), (0.99, "no day"), (1, "1 day"), (2.5, "2 days"),
])  # fmt: skip
def test_how_old_lists_are(age: float | None, said: str) -> None:
    assert days(age) == said


def test_nothing_is_said_of_a_box_that_is_not_behind_by_lists_that_are_fresh() -> None:
    assert behind_line(BoxUpdates(True, 1.0, []), "way") is None
    assert behind_line(BoxUpdates(True, 31.0, []), "way") == (
        "apt's lists are 31 days old: nobody knows what is behind; way"
    )
    assert behind_line(BoxUpdates(True, None, []), "way") is None


def test_all_that_is_behind_is_one_line() -> None:
    said = behind_line(BoxUpdates(True, 0.0, [SSL, ZSTD, DOCKER]), "way")
    assert said == (
        "3 packages are behind, 2 of security (openssl, docker.io), the engine's among them, by "
        "lists no day old; way"
    )
    one = behind_line(BoxUpdates(True, 0.0, [ZSTD]), "way")
    assert one == "1 package is behind, by lists no day old; way"


def test_of_many_the_first_are_named() -> None:
    many = [Outdated(f"p{number}", "1", "2", True) for number in range(9)]
    said = behind_line(BoxUpdates(True, 0.0, many), "way") or ""
    assert "p5, and 3 more)" in said
    assert "p6" not in said


def test_each_reason_why_something_stays_is_a_line() -> None:
    choice = Choice((ZSTD,), {"on hold there": (SSL,)})
    assert list(left_lines(choice, UpgradeSteps())) == [
        "stays behind: openssl 1 → 2 (on hold there)"
    ]
    kept_back = list(left_lines(choice, UpgradeSteps(left=["zstd"])))
    assert kept_back[1:] == [
        "stays behind: zstd 1 → 2 (apt keeps it back: see `apt-get upgrade` there)"
    ]


def test_what_is_left_to_do_by_hand() -> None:
    assert list(after_lines("", [])) == []
    assert list(after_lines("kernel", ["b.service", "a.service"])) == [
        "needs a reboot: kernel",
        "a.service, b.service: run with libraries that were replaced; restart them, or the box",
    ]
