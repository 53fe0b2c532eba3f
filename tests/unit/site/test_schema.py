"""The published schema of a site's data is the settings', and says what they say."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dockwright.site.examples import EXAMPLES
from dockwright.site.schema import data_schema
from dockwright.site.settings import Settings, validated

FILE = Path(__file__).resolve().parents[3] / "docs/site-data.schema.json"
SCHEMA = Draft202012Validator(data_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_the_file_is_current() -> None:
    text = json.dumps(data_schema(), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("DOCKWRIGHT_GOLDEN") == "write":
        FILE.write_text(text)
    assert FILE.read_text() == text, "DOCKWRIGHT_GOLDEN=write pytest tests/unit/site/test_schema.py"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(data_schema())


def test_each_key_has_an_example_and_a_description() -> None:
    assert set(EXAMPLES) == set(Settings.model_fields), "dockwright/site/examples.py"
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_allowed_and_shows_more_than_the_default(name: str) -> None:
    data = {f"dockwright_{name}": EXAMPLES[name]}
    made, wrong = validated(data)
    assert made is not None, wrong
    assert getattr(made, name) != Settings.model_fields[name].default
    assert [error.message for error in SCHEMA.iter_errors(data)] == []


@pytest.mark.parametrize(
    "data",
    [
        {"dockwright_leafs": []},
        {"dockwright_address": "192.168.50"},
        {"dockwright_max_age_days": 0},
        {"dockwright_base_source": "hub"},
        {"dockwright_scale": {"-rf": {"web": 2}}},
        {"dockwright_env": {"zenweb": {"PORT": 8000}}},
        {"dockwright_registry_user": "a:b"},
    ],
)
def test_what_the_settings_refuse_the_schema_refuses(data: dict[str, object]) -> None:
    assert validated(data)[0] is None
    assert not SCHEMA.is_valid(data)


def test_keys_of_others_are_left_alone() -> None:
    assert SCHEMA.is_valid({"ssh_user": "root", "dockwright_registry_tls": False})
