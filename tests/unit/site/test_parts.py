"""Values of a site's data that have keys of their own."""

from typing import Any

import pytest
from pydantic import ValidationError

from dockwright.site.parts import Cache, Run


@pytest.mark.parametrize(
    ("model", "keys"),
    [
        (Cache, {}),
        (Cache, {"upstream": "hub.corp.test"}),
        (Cache, {"upstream": "https://hub.corp.test", "password": "s3cret"}),
        (Run, {"leaf": "a b"}),
        (Run, {"leaf": "web", "port": 80}),
    ],
)
def test_what_lacks_a_key_or_has_one_too_many_is_refused(model: Any, keys: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        model(**keys)
