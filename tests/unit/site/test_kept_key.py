"""A key that is made once."""

from pathlib import Path

import pytest

from dockwright.errors import SiteError
from dockwright.site.kept_key import kept_key


def test_it_is_made_once_and_only_its_user_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "config/backup.key"
    key, is_new = kept_key(path, "the key")
    assert is_new and len(key) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    assert kept_key(path, "the key") == (key, False)
    assert list(path.parent.iterdir()) == [path]


def test_one_that_others_read_or_that_is_empty_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "backup.key"
    path.write_text("")
    path.chmod(0o644)
    with pytest.raises(SiteError, match="others may read the key"):
        kept_key(path, "the key")
    path.chmod(0o600)
    with pytest.raises(SiteError, match="to be one line"):
        kept_key(path, "the key")


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(SiteError):
        kept_key(tmp_path, "the key")
