"""How long a box may take to answer, of data that nobody checked yet."""

import pytest

from dockwright.site.patience import SECONDS, answer_seconds
from dockwright.site.settings import Settings


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(60, 60), (0.4, 0.4), ("8", 8), (-5, 0.1), ("soon", SECONDS), ([], SECONDS)],
)
def test_it_is_what_the_box_s_data_say_if_that_is_a_number(value: object, seconds: float) -> None:
    assert answer_seconds({"dockwright_answer_seconds": value}) == seconds


def test_without_a_word_it_is_what_a_site_s_settings_say() -> None:
    assert answer_seconds({}) == SECONDS == Settings.model_fields["answer_seconds"].default
