"""What a fact answers, printed: every fact's value hides what its fields hide."""

import json
from dataclasses import dataclass, field

from pyinfra_cli.util import json_encode

from dockwright.facts.password import Kept
from dockwright.facts.registry import Files
from dockwright.value import Value


@dataclass(frozen=True)
class Inner(Value):
    name: str
    secret: str = field(default="s3cret", repr=False)


@dataclass
class Outer(Value):
    inner: Inner
    many: tuple[Inner, ...] = ()


def test_what_is_within_is_hidden_too_by_pyinfra_s_own_printing() -> None:
    said = json.dumps(Outer(Inner("a"), (Inner("b"),)), default=json_encode)
    assert "s3cret" not in said
    assert json.loads(said) == {
        "inner": {"name": "a", "secret": "(hidden)"},
        "many": [{"name": "b", "secret": "(hidden)"}],
    }


def test_facts_with_passwords_print_none() -> None:
    for value in (Kept("s3cret"), Files({"password": "s3cret"})):
        said = json.dumps(value, default=json_encode)
        assert "(hidden)" in said
        assert "s3cret" not in said + repr(value)
