"""What looks like a doctest in tests/bench is run as one."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import tests.bench

FOLDER = Path(tests.bench.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("module", MODULES)
def test_its_examples_are_true(module: str) -> None:
    assert doctest.testmod(import_module(f"tests.bench.{module}")).failed == 0
