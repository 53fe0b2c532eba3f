"""What facts make of a box's lines: MODULE.Fact/a_sentence.yaml, run by pyinfra-testing.

A case's `arg` are the fact's arguments, `output` the lines, and `fact` the value, a dataclass
as a mapping. Where the command is a whole script, a case doesn't repeat it: test_commands.py
looks at the shell of every fact.
"""

from pathlib import Path

import pytest
from pyinfra_testing.facts import make_fact_tests

FOLDER = Path(__file__).parent

pytestmark = pytest.mark.filterwarnings("ignore:No command set for test")

for _folder in sorted(FOLDER.glob("*.*/")):
    _tests = make_fact_tests("dockwright.facts", _folder.name, _folder)
    # unittest's classes are found by their names in this module
    globals()[f"Test_{_folder.name.replace('.', '_')}"] = _tests
    del _tests
