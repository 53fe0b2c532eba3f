"""Why restic could not, in a line each."""

import pytest

from dockwright.backup.trouble import trouble


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "unable to create lock in backend: repository is already locked by PID 42 on nas by "
            "root (UID 0, GID 0)\nlock was created at 2026-11-30 07:00:00 (5s ago)",
            "target T: locked by PID 42 on nas by root since 2026-11-30 07:00:00; wait",
        ),
        ("write /b/x: no space left on device", "target T: it is full"),
        ('retrying after 1s: Write: sftp: "Failure" (SSH_FX_FAILURE)', "it may be full"),
        ("Fatal: wrong password or no key found", "target T: another key than"),
        ("bak@nas: Permission denied (publickey).", "lets nobody in"),
        ("Host key verification failed.", "not the host that is known"),
        ("ssh: connect to host nas port 22: Connection refused", "does not answer"),
        ("mkdir /b: permission denied", "may not write there"),
        ("Fatal: something new\nand more", "something new"),
        ("", "ended without a word"),
        (
            '{"message_type":"error","error":{"message":"open /x: input/output error"},'
            '"during":"archival","item":"/x"}',
            "/x: open /x: input/output error",
        ),
    ],
)
def test_it_is_one_line_with_the_way_out(said: str, words: str) -> None:
    line = trouble(said.splitlines(), "T")
    assert words in line and "\n" not in line
