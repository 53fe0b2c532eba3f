"""Examples of the site's data: one of each key, which the settings take, and no default again."""

import pytest

from dockwright.site.examples import EXAMPLES
from dockwright.site.settings import Settings, settings


def test_each_key_has_one_and_none_is_of_no_key() -> None:
    assert EXAMPLES.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("key", EXAMPLES)
def test_a_box_takes_it_as_it_is_written(key: str) -> None:
    taken = settings({f"dockwright_{key}": EXAMPLES[key]}, "docker")
    dumped = taken.model_dump()[key]
    # what is written shorter than it is kept has its words in it
    assert dumped == EXAMPLES[key] or str(next(iter(EXAMPLES[key]))) in str(dumped)


@pytest.mark.parametrize("key", EXAMPLES)
def test_it_shows_something_that_a_site_would_have_to_write(key: str) -> None:
    assert EXAMPLES[key] != Settings().model_dump()[key]
