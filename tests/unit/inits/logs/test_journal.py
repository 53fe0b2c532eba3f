"""What systemd's journal is asked for behind a mark."""

from dockwright.inits.logs import journal

JOB = "app.web.1"


def test_systemd_is_asked_behind_the_last_line_of_the_former_invocation() -> None:
    first, last, *_, said = journal.since(JOB, "s=1;i=2 0a1b").split("; ")
    assert first == "at='s=1;i=2'"
    assert "_SYSTEMD_INVOCATION_ID=0a1b" in last
    assert '${at:+--after-cursor="$at"}' in said
    assert "_SYSTEMD_INVOCATION_ID" not in said
    assert "--lines" not in first + last + said
