"""What a site says of leaves on a swarm."""

import pytest

from dockwright.site.services import ServiceSettings
from dockwright.site.settings import validated


def test_leaves_are_boot_jobs_unless_a_site_says_otherwise() -> None:
    assert ServiceSettings().of_swarm == ()
    made = ServiceSettings.model_validate({"runs_on": {"a": "boot", "b": "swarm"}})
    assert made.of_swarm == ("b",)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("runs_on", {"a": "kubernetes"}),
        ("placed", {"a": {"disk": "s s == d"}}),
        ("placed", {"a": {"x == y": "z"}}),
        ("volume_drivers", {"v": "-x"}),
    ],
)
def test_what_would_be_another_word_is_refused(key: str, value: object) -> None:
    made, wrong = validated({f"dockwright_{key}": value})
    assert made is None
    assert wrong[0].startswith(f"dockwright_{key}")
