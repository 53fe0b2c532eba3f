"""docs/tutorial.md as a new user does it: its commands, in an empty folder, with the wheel."""

import os
import subprocess
from pathlib import Path

import pytest

from dockwright.lab.settings import DEFAULT_SUITE
from tests.docs_blocks import blocks
from tests.lab.labs.installed import install
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import ROOT, SiteLab

LAB = OwnLab("tutorial", "192.168.97.0/24", ("docker", "registry"), DEFAULT_SUITE)


@pytest.mark.long
def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    page = ROOT / "docs/tutorial.md"
    with LAB.up(tmp_path / "lab"):
        install(tmp_path)
        environment = SiteLab(tmp_path / "lab", LAB.name).environment
        environment |= {"PATH": f"{tmp_path}/venv/bin:{os.environ['PATH']}"}
        folder = tmp_path / "empty"
        folder.mkdir()
        done = 0
        for block in blocks(page):
            if block.shown_only or block.language != "sh":
                continue
            # a block begins where the one before it went
            text = block.text.replace("192.168.50.", f"{LAB.net}.")
            ended = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", f"trap 'pwd >{tmp_path}/cwd' EXIT\n{text}"],
                cwd=folder, env=environment, capture_output=True, text=True, timeout=900,
                check=False,
            )  # fmt: skip
            said = f"{block.place}\n{text}\n{ended.stdout}{ended.stderr}[{ended.returncode}]"
            print(said)
            assert ended.returncode == block.status, said
            assert "Traceback" not in ended.stderr, said
            folder, done = Path((tmp_path / "cwd").read_text().strip()), done + 1
        assert done >= 12
