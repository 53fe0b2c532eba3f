"""Values of a site's data that are each allowed, and not together."""

import pytest

from dockwright.site.contradictions import contradictions
from dockwright.site.settings import Settings, validated


@pytest.mark.parametrize(
    ("steady", "wait", "wrong"), [(5, 60, False), (60, 60, True), (61, 60, True)]
)
def test_a_container_could_be_up_in_time(steady: float, wait: float, wrong: bool) -> None:
    made = Settings(steady_seconds=steady, wait_seconds=wait)
    assert any("no container could be up" in line for line in contradictions(made)) is wrong


def test_an_engine_is_upgraded_or_kept_at_a_version_and_not_both() -> None:
    data = {"dockwright_update_engine": True, "dockwright_engine_version": "26.1.5-1"}
    assert validated(data)[1] == (
        "dockwright_update_engine = True: dockwright_engine_version = 26.1.5-1 keeps it at that "
        "version; leave one of them out",
    )
    for key in data:
        assert validated({key: data[key]})[1] == ()
