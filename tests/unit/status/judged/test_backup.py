"""What of a backup is not well."""

import pytest

from dockwright.status.judged.backup import backup_rows
from dockwright.status.read import BoxRead, RecordedBackup

NOW = 1796022000.0  # 2026-11-30T07:00:00Z
FRESH, OLD = "2026-11-30T01:00:00Z", "2026-10-01T00:00:00Z"


@pytest.mark.parametrize(
    ("at", "drilled", "severity", "words"),
    [
        (FRESH, FRESH, "well", []),
        (FRESH, "", "due", ["was never tried"]),
        (FRESH, OLD, "due", ["was tried 60 d ago"]),
        (OLD, FRESH, "wrong", ["is 60 d old"]),
        ("", FRESH, "wrong", ["was never made"]),
        ("yesterday", FRESH, "wrong", ["was never made"]),
    ],
)
def test_an_old_one_is_wrong_and_one_that_nobody_tried_is_to_be(
    at: str, drilled: str, severity: str, words: list[str]
) -> None:
    read = BoxRead(now=NOW, backups=(RecordedBackup("wiki", at, drilled, 4, 9),))
    [row] = backup_rows("app1", read, ["wiki"], 2, 35)
    assert row.severity == severity
    assert [one.text.partition(":")[0] for one in row.remarks] == words


def test_what_is_not_declared_any_more_is_no_row_and_the_worst_is_first() -> None:
    read = BoxRead(now=NOW, backups=(RecordedBackup("old", FRESH), RecordedBackup("a", FRESH)))
    rows = backup_rows("app1", read, ["a", "b"], 2, 35)
    assert [(one.part, one.severity) for one in rows] == [("b", "wrong"), ("a", "due")]
