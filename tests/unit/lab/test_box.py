"""Which process is a box, and what starts it again."""

import os
import subprocess
from pathlib import Path

from dockwright.lab import box as lab_box
from dockwright.lab.settings import make_settings


def test_a_pid_of_another_time_is_not_the_box(tmp_path: Path) -> None:
    lab = make_settings("dev", ["docker"], state_dir=tmp_path)
    box = lab.boxes[0]
    lab.folder.mkdir()
    record = lab_box.process_file(lab, box)
    started = lab_box.start_time(os.getpid())
    record.write_text(f'{{"pid": {os.getpid()}, "started": {started}}}')
    assert lab_box.running_pid(lab, box) == os.getpid()
    record.write_text(f'{{"pid": {os.getpid()}, "started": 1}}')
    assert lab_box.running_pid(lab, box) is None
    record.write_text("half a rec")
    assert lab_box.running_pid(lab, box) is None


def test_the_supervisor_starts_again_after_133_only(tmp_path: Path) -> None:
    count = tmp_path / "count"
    script = f'echo x >>{count}; [ "$(wc -l <{count})" -lt 3 ] && exit 133; exit 7'
    command = ["/bin/sh", "-c", lab_box.SUPERVISOR, "name", "", "/bin/sh", "-c", script]
    subprocess.run(command, check=False, timeout=10)
    assert count.read_text().count("x") == 3
