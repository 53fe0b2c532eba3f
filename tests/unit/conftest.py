"""What a test makes pyinfra's current run, box or inventory is no other test's."""

from collections.abc import Iterator

import pytest
from pyinfra.context import ctx_config, ctx_host, ctx_inventory, ctx_state
from pyinfra_cli.util import PYTHON_CODES

_CONTEXTS = (ctx_config, ctx_host, ctx_inventory, ctx_state)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """pyinfra's `use` leaves its value behind where what is within raises."""
    before = [context.get() for context in _CONTEXTS]  # type: ignore[no-untyped-call]
    yield
    for context, value in zip(_CONTEXTS, before, strict=True):
        context.set(value)  # type: ignore[no-untyped-call]
    # by path, as it was written: one test's site.py is not another's
    PYTHON_CODES.clear()
