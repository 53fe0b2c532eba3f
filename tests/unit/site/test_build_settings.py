"""What a site says of its builds."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.site.settings import settings


def test_a_build_secret_of_the_wrong_form_is_not_shown() -> None:
    for value, said in (
        ({"token": ["s3cret"]}, ": token: a list; write a text, in quotes"),
        ({"login": 4711}, ": login: a number; write it in quotes"),
        ("s3cret", " = (hidden): not allowed; give secrets for RUN"),
    ):
        with pytest.raises(DockwrightError) as error:
            settings({"dockwright_build_secrets": value}, "docker")
        assert f"dockwright_build_secrets{said}" in str(error.value)
        assert not {"s3cret", "4711"} & set(str(error.value).split())


@pytest.mark.parametrize(("key", "value"), [("builder", "kaniko"), ("build_parallel", 0)])
def test_no_builder_of_that_name_and_no_builds_at_once(key: str, value: object) -> None:
    with pytest.raises(DockwrightError, match=f"dockwright_{key} = {value!r}: not allowed"):
        settings({f"dockwright_{key}": value}, "docker")
