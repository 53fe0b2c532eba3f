"""Digests of variables: what a box says of its file is what we say of the one to be."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.boot.job import Job
from dockwright.facts.boot import Variables
from dockwright.inits.env_file import env_file
from dockwright.operations.boot.changes import digests

VALUES = st.text(st.sampled_from("aX1 =\"\\\n$`'#\t"), max_size=30)
ENVIRONMENTS = st.dictionaries(st.from_regex(r"[A-Z_][A-Z0-9_]{0,5}", fullmatch=True), VALUES)


def _asked(text: str) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.env"
        path.write_text(text)
        fact = Variables()
        done = subprocess.run(
            ["sh", "-c", fact.script([str(path)])], capture_output=True, text=True, check=True
        )
        return fact.read(done.stdout.splitlines()).get(str(path), {})


@settings(max_examples=60, deadline=None)
@given(ENVIRONMENTS)
def test_a_box_and_we_say_the_same_whatever_a_value_holds(env: dict[str, str]) -> None:
    file = env_file(Job("a", "web", 1, "a", ("run", "a"), (), tuple(env.items()), 10))
    assert _asked(file.text) == digests(file)
    assert set(digests(file)) == set(env)


def test_a_line_within_a_value_is_no_variable() -> None:
    assert set(_asked('KEY="begin\nFOO=\\"bar\\"\nend"\nOTHER="x"\n')) == {"KEY", "OTHER"}


def test_a_file_that_is_not_there_or_is_none_of_ours_says_nothing_that_is_no_name() -> None:
    assert _asked("") == {}
    assert _asked('not a variable "\n1X="2"\n') == {}
