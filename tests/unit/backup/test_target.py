"""Where backups go, and what opens them."""

import pytest

from dockwright.backup.target import password, target
from dockwright.errors import DockwrightError


@pytest.mark.parametrize(
    ("text", "of", "repository"),
    [
        ("/srv/backups/", "folder", "/srv/backups/app1/wiki"),
        ("sftp:bak@192.0.2.9:/srv/b", "sftp", "sftp:bak@192.0.2.9:/srv/b/app1/wiki"),
        ("sftp://bak@nas.test:2222//b", "sftp", "sftp://bak@nas.test:2222//b/app1/wiki"),
        ("s3:https://s3.test:9000/bucket", "s3", "s3:https://s3.test:9000/bucket/app1/wiki"),
    ],
)
def test_a_part_has_a_repository_below_the_target(text: str, of: str, repository: str) -> None:
    made = target(text)
    assert (made.of, made.repository("app1/wiki")) == (of, repository)


@pytest.mark.parametrize(
    "text",
    ["", "backups", "/srv/../etc", "sftp:host:/x", "sftp:u@-oX=x:/b", "s3:host", "/a\nb"],
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(DockwrightError, match="no place for backups"):
        target(text)


def test_a_port_and_files_of_the_box_are_told_to_ssh() -> None:
    line = target("sftp://bak@nas.test:2222//b").ssh("/run/x/key", "/run/x/hosts")
    assert line.startswith("ssh -p 2222 -o BatchMode=yes")
    assert "-i /run/x/key" in line and "UserKnownHostsFile=/run/x/hosts" in line
    assert line.endswith("-l bak nas.test -s sftp")


def test_the_key_of_a_part_opens_no_other() -> None:
    keys = {password(key, place) for key in ("a", "b") for place in ("app1/x", "app1/y", "hub/x")}
    assert len(keys) == 6 and all(len(one) == 64 for one in keys)
