"""What opens a target, and what a box is given of it."""

from pathlib import Path
from typing import Any

import pytest

from dockwright.backup.target import password
from dockwright.errors import DockwrightError
from dockwright.run.backup.access import access
from dockwright.site.settings import Settings


def _settings(**keys: Any) -> Settings:
    return Settings(backup={"to": "sftp:bak@nas.test:/b", **keys})  # type: ignore[arg-type]


def test_a_key_that_is_made_is_told_and_found_again(tmp_path: Path) -> None:
    said: list[str] = []
    here = {"XDG_CONFIG_HOME": str(tmp_path)}
    first = access(_settings(), said.append, here)
    assert [str(tmp_path / "dockwright/backup.key") in line for line in said] == [True]
    assert access(_settings(), said.append, here).key == first.key
    assert len(said) == 1
    assert first.key not in repr(first)


def test_a_box_is_given_the_key_of_one_part_alone(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("one\ntwo\n")
    key.chmod(0o600)
    made = access(_settings(ssh_key=str(key)), print, {"DOCKWRIGHT_BACKUP_KEY": "k"})
    given = made.stdin("app1/wiki").decode()
    assert given == f"{password('k', 'app1/wiki')}\n\none\ntwo\nEND\nEND\n"
    assert "two" not in repr(made)


def test_only_s3_is_given_what_is_of_s3() -> None:
    here = {"DOCKWRIGHT_BACKUP_KEY": "k", "AWS_SECRET_ACCESS_KEY": "s", "HOME": "/x"}
    assert access(_settings(), print, here).environment == {}
    made = access(_settings(to="s3:s3.test/bucket"), print, here)
    assert made.environment == {"AWS_SECRET_ACCESS_KEY": "s"}
    assert "AWS_SECRET_ACCESS_KEY=s\n\n" in made.stdin("a/b").decode()


def test_what_is_not_given_or_open_is_refused(tmp_path: Path) -> None:
    here = {"DOCKWRIGHT_BACKUP_KEY": "k"}
    with pytest.raises(DockwrightError, match="dockwright_backup: not given"):
        access(Settings(), print, here)
    with pytest.raises(DockwrightError, match=r"ssh_key: .*No such file"):
        access(_settings(ssh_key=str(tmp_path / "none")), print, here)
    (tmp_path / "open").write_text("x")
    (tmp_path / "open").chmod(0o644)
    with pytest.raises(DockwrightError, match="others may read it"):
        access(_settings(ssh_key=str(tmp_path / "open")), print, here)
