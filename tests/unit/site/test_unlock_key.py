"""Keys of swarms: kept on this machine in files of mode 0600, or given."""

from pathlib import Path

import pytest

from dockwright.errors import SiteError
from dockwright.site.unlock_key import UnlockKeys

KEY = "SWMKEY-1-s3cret"


def test_one_is_kept_and_known_and_replaced(tmp_path: Path) -> None:
    keys = UnlockKeys(tmp_path / "swarm")
    assert (keys.known(), keys.key("abc")) == (set(), None)
    keys.keep("abc", "SWMKEY-1-former")
    keys.keep("abc", KEY)
    assert (keys.known(), keys.key("abc"), keys.kept("abc")) == ({"abc"}, KEY, KEY)
    [path] = (tmp_path / "swarm").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "swarm").stat().st_mode & 0o777 == 0o700


def test_one_that_is_given_is_of_whichever_swarm_and_is_not_shown(tmp_path: Path) -> None:
    keys = UnlockKeys(tmp_path, KEY)
    assert (keys.known(), keys.key("abc"), keys.kept("abc")) == (None, KEY, None)
    assert KEY not in repr(keys)


def test_one_that_others_may_read_is_refused_and_not_shown(tmp_path: Path) -> None:
    keys = UnlockKeys(tmp_path)
    keys.keep("abc", KEY)
    (tmp_path / "abc.key").chmod(0o644)
    with pytest.raises(SiteError, match="others may read the key of a swarm; chmod 600") as refused:
        keys.key("abc")
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("swarm", ["", "../../etc/x", "a/b", "A"])
def test_what_is_no_id_of_a_swarm_names_no_file(tmp_path: Path, swarm: str) -> None:
    with pytest.raises(SiteError, match="no ID of a swarm"):
        UnlockKeys(tmp_path).keep(swarm, KEY)


def test_a_folder_that_can_t_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SiteError, match="the key of the swarm can't be kept there") as refused:
        UnlockKeys(tmp_path / "file").keep("abc", KEY)
    assert KEY not in str(refused.value)
