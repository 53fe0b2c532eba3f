"""What a site may say of backups."""

import pytest

from dockwright.site.backup import LeafBackup
from dockwright.site.settings import validated


def test_a_leaf_with_a_command_before_is_paused_only_where_that_is_said() -> None:
    assert LeafBackup().paused
    assert not LeafBackup(before=["dump"]).paused
    assert LeafBackup(before=["dump"], pause=True).paused


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"to": "backups"}, "dockwright_backup = {'to': 'backups'}: not allowed"),
        ({}, "to"),
        ({"to": "/b", "keep": {}}, "keep"),
        ({"to": "/b", "keep": {"dayly": 1}}, "keep"),
        ({"to": "/b", "keep": {"daily": 0}}, "daily"),
        ({"to": "/b", "kepe": {}}, "kepe"),
        ({"to": "/b", "key_command": []}, "key_command"),
    ],
)
def test_what_is_wrong_is_told(value: object, words: str) -> None:
    made, wrong = validated({"dockwright_backup": value})
    assert made is None
    assert words in " ".join(wrong)
