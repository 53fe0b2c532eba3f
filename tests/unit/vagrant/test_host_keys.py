"""The unit that makes a machine's host keys, as systemd reads it."""

from pathlib import Path

from dockwright.vagrant.host_keys import UNIT, UNIT_FILE, WANTED


def test_it_runs_before_sshd_and_only_where_no_key_is() -> None:
    assert "Before=ssh.socket ssh.service" in UNIT
    assert "ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key" in UNIT
    wanted_by = UNIT.partition("WantedBy=")[2].strip()
    assert Path(WANTED).parent.name == f"{wanted_by}.wants"
    assert Path(WANTED).name == Path(UNIT_FILE).name
