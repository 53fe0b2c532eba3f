"""How a person's command gets into a box of a lab."""

import subprocess
from pathlib import Path

import pytest

from dockwright.lab.access import REBOOT, ssh_command
from dockwright.lab.settings import make_settings


@pytest.mark.parametrize(
    ("folder", "told"), [("init/system", "systemctl reboot\n"), ("none", "reboot\n")]
)
def test_a_box_is_told_to_reboot_in_the_words_of_its_init(
    folder: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "init/system").mkdir(parents=True)
    (tmp_path / "sudo").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "sudo").chmod(0o755)
    line = REBOOT.replace("/run/systemd/system", str(tmp_path / folder))
    done = subprocess.run(
        ["sh", "-c", line], env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == told


def test_host_keys_are_always_checked() -> None:
    lab = make_settings("dev")
    line = " ".join(ssh_command(lab, lab.boxes[0], ["echo", "a b"]))
    assert "StrictHostKeyChecking=yes" in line
    assert f"UserKnownHostsFile={lab.folder}/ssh/known_hosts" in line
    assert line.endswith("vagrant@192.168.50.10 -- echo 'a b'")
    assert ssh_command(lab, lab.boxes[0], ["ls | wc"])[-1] == "ls | wc"
