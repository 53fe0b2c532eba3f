"""Words for restic."""

from fnmatch import fnmatchcase

from dockwright.backup.words import keep, pattern


def test_what_is_kept_are_options() -> None:
    assert keep({"last": 3, "yearly": 1}) == ["--keep-last", "3", "--keep-yearly", "1"]


def test_a_path_means_itself() -> None:
    assert pattern("/srv/a[1]*\\?") == "/srv/a\\[1]\\*\\\\\\?"
    assert pattern("/srv/wiki") == "/srv/wiki"
    assert fnmatchcase("/srv/wiki", pattern("/srv/wiki"))
