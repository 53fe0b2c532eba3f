"""The key that signs a site's images: made once, kept on this machine, read by nobody else."""

from pathlib import Path

import pytest

from dockwright.errors import DockwrightError, SiteError
from dockwright.registry.signature import new_key, public_key
from dockwright.registry.signing import keep, signing_keys


def test_a_key_is_written_by_who_signs_and_found_by_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "a/b/site.key"
    keys = signing_keys(path)
    assert keys.is_new
    assert not path.exists()
    keep(keys)
    keep(keys)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    again = signing_keys(path)
    assert (again.private, again.public, again.is_new) == (keys.private, keys.public, False)
    assert "PRIVATE" not in repr(keys)


def test_keys_of_others_hold_besides(tmp_path: Path) -> None:
    path, other = tmp_path / "site.key", tmp_path / "other.pub"
    other.write_text(public_key(new_key(), ""))
    keys = signing_keys(path, [other])
    assert keys.public[1:] == (other.read_text(),)
    other.write_text("no key")
    with pytest.raises(DockwrightError, match=r"other\.pub: no private key in PEM form"):
        signing_keys(path, [other])


def test_a_key_that_another_run_made_meanwhile_is_the_one_that_signs(tmp_path: Path) -> None:
    path = tmp_path / "site.key"
    mine, theirs = signing_keys(path), signing_keys(path)
    assert keep(theirs) is theirs
    assert keep(mine).private == signing_keys(path).private == theirs.private
    assert [one.name for one in tmp_path.iterdir()] == ["site.key"]


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.key"
    keep(signing_keys(path))
    path.chmod(0o640)
    with pytest.raises(
        SiteError, match=f"others may read the key that signs images; chmod 600 {path}"
    ):
        signing_keys(path)
