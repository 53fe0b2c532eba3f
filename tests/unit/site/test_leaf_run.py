"""A leaf that runs once more."""

import pytest
from pydantic import ValidationError

from dockwright.site.leaf_run import Run


def test_a_port_is_a_port() -> None:
    assert Run(leaf="web", ports={80: 81}).ports == {80: 81}
    with pytest.raises(ValidationError):
        Run(leaf="web", ports={80: 0})
