"""The JSON schema of a box's data, made from the settings: for editors and other programs.

docs/site-data.schema.json is its text; docs/ has a table of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dockwright.site.examples import EXAMPLES
from dockwright.site.mistakes import PREFIX
from dockwright.site.settings import Settings


def data_schema() -> dict[str, Any]:
    """The schema of what group_data or a box of the inventory may say; keys of others are allowed.

    Example:
        >>> data_schema()["properties"]["dockwright_max_age_days"]["examples"]
        [30]
    """
    whole = Settings.model_json_schema()
    fields = _inlined(whole["properties"], whole.get("$defs", {}))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Data of a site",
        "description": "What group_data or a box of the inventory may say. What hangs on the "
        "site's files or on other keys is checked by `dockwright plan`.",
        "type": "object",
        "properties": {
            f"{PREFIX}{name}": {**_closed(field), "examples": [EXAMPLES[name]]}
            for name, field in fields.items()
        },
        # a key that begins as ours do is one of ours
        "patternProperties": {f"^{PREFIX}(?!({'|'.join(fields)})$)": False},
    }


def _inlined(schema: Any, models: Mapping[str, Any]) -> Any:
    """``schema`` with each model in the place that refers to it."""
    if isinstance(schema, list):
        return [_inlined(one, models) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(models[schema["$ref"].rpartition("/")[2]], models)
    return {key: _inlined(value, models) for key, value in schema.items()}


def _closed(schema: Any) -> Any:
    """``schema`` without titles; a map takes no name that none of its patterns takes."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _closed(value) for key, value in schema.items() if key != "title"}
    if "patternProperties" in made:
        made["additionalProperties"] = False
    return made
