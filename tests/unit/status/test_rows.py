"""The rows of a site: their order, what they come to, and their JSON."""

import json
import os
from pathlib import Path

import jsonschema
import pytest

from dockwright.status.rows import BoxRow, Remark, Severity, Site, in_order, schema, worst
from tests.unit.status.whole_site import WHOLE

FILE = Path(__file__).resolve().parents[3] / "docs/status.schema.json"


def _box(name: str, *severities: Severity) -> BoxRow:
    found = tuple(Remark(one, f"is {one}") for one in severities)
    return BoxRow(name, worst(found), found)


def test_the_schema_in_the_docs_is_that_of_the_rows() -> None:
    text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("DOCKWRIGHT_GOLDEN") == "write":
        FILE.write_text(text)
    assert FILE.read_text() == text, "DOCKWRIGHT_GOLDEN=write writes it"
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_json_is_as_its_schema_says_and_the_schema_tells_others_apart() -> None:
    told = json.loads(json.dumps(WHOLE.json()))
    jsonschema.validate(told, schema())
    assert (told["code"], told["version"]) == (1, 1)
    for wrong in (
        {**told, "code": 3},
        {**told, "boxes": [{**told["boxes"][0], "severity": "bad"}]},
        {key: value for key, value in told.items() if key != "leaves"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema())


@pytest.mark.parametrize(
    ("severities", "code"),
    [
        ([], 0),
        (["absent"], 0),
        (["due"], 2),
        (["wrong", "due"], 2),
        (["due", "silent"], 1),
    ],
)
def test_what_gave_no_answer_is_an_error_and_what_is_to_be_done_is_2(
    severities: list[Severity], code: int
) -> None:
    site = Site("", tuple(_box(str(number), one) for number, one in enumerate(severities)))
    assert site.code == code


def test_what_could_not_be_compared_is_an_error() -> None:
    assert Site("", notes=("no images/ here",)).code == 1


def test_the_worst_comes_first_and_all_else_stays_as_it_was() -> None:
    rows = [_box("a"), _box("b", "due"), _box("c"), _box("d", "due", "silent"), _box("e", "wrong")]
    assert [row.box for row in in_order(rows)] == ["d", "e", "b", "a", "c"]
    remarks = Site("", tuple(rows)).remarks
    assert [what for what, _ in remarks] == ["box d", "box e", "box b", "box d"]


def test_the_summary_counts_findings_by_how_bad_they_are() -> None:
    assert WHOLE.summary() == "2 boxes, 1 instance: 1 without an answer, 1 to do"
    assert Site("", (_box("a"), _box("b", "absent"))).summary() == "2 boxes, 0 instances: well"
