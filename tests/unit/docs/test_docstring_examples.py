"""Each `>>>` in a docstring is run, and says what it says; what needs a box is plain usage."""

import doctest
import pkgutil
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import dockwright

ROOT = Path(dockwright.__file__).parent
MODULES = [found.name for found in pkgutil.walk_packages([str(ROOT)], "dockwright.")]
LEAST = 370  # examples that run; a number that falls says that the finder has lost some


def _examples(module: ModuleType) -> list[doctest.DocTest]:
    return [test for test in doctest.DocTestFinder().find(module) if test.examples]


@pytest.mark.parametrize("name", MODULES)
def test_says_what_it_says(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    for test in _examples(import_module(name)):
        runner.run(test, out=said.append)
    assert not said, "".join(said)


def test_all_of_them_are_executed() -> None:
    found = [example for name in MODULES for test in _examples(import_module(name))
             for example in test.examples]  # fmt: skip
    left_out = [example for example in found if example.options.get(doctest.SKIP)]
    print(f"{len(found)} examples in {len(MODULES)} modules, {len(left_out)} left out")
    assert not left_out, [example.source for example in left_out]
    assert len(found) >= LEAST
