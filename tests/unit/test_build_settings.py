"""What a site says of its builds."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.site.settings import settings


def test_a_build_secret_of_the_wrong_form_is_not_shown() -> None:
    with pytest.raises(DockwrightError) as error:
        settings({"dockwright_build_secrets": {"token": ["s3cret"]}}, "docker")
    assert "dockwright_build_secrets = (hidden): not allowed; give secrets for RUN" in str(
        error.value
    )
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(("key", "value"), [("builder", "kaniko"), ("build_parallel", 0)])
def test_no_builder_of_that_name_and_no_builds_at_once(key: str, value: object) -> None:
    with pytest.raises(DockwrightError, match=f"dockwright_{key} = {value!r}: not allowed"):
        settings({f"dockwright_{key}": value}, "docker")
