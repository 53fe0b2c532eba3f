"""Figures of a box's answers."""

import pytest

from dockwright.facts.figures import octets, recorded_backups, tended
from dockwright.status.read import RecordedBackup, Tended


@pytest.mark.parametrize(
    ("text", "size"),
    [("0B", 0), ("512kB", 512_000), ("1.234GB", 1_234_000_000), ("2TB", 2 * 10**12),
     ("", None), ("1.2.3GB", None), ("GB", None), ("-1B", None)],
)  # fmt: skip
def test_a_size_is_one_of_dockers_client_or_none(text: str, size: int | None) -> None:
    assert octets(text) == size


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("7 done 0", Tended(7.0, 0)),
        ("7 failed error it does not run", Tended(7.0, None, "error it does not run")),
        ("7 done x", Tended(7.0, None, "x")),
        ("7", Tended(7.0, None, "its file can't be read")),
        ("\x1b[2J", None),
        ("", None),
    ],
)
def test_what_a_file_says_is_a_moment_and_what_came_of_it(text: str, made: Tended | None) -> None:
    assert tended(text) == made


def test_a_backup_whose_summary_was_cut_is_known_by_its_moment_alone() -> None:
    said = {"backup.wiki": ["2026-11-30T04:00:00Z {"], "run": ["x"], "drill.wiki": ["2026-11-29"]}
    made = RecordedBackup("wiki", at="2026-11-30T04:00:00Z", drilled="2026-11-29")
    assert recorded_backups(said) == (made,)
