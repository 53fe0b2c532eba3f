"""Whole job texts for both inits.

After a wanted change: DOCKWRIGHT_GOLDEN=write pytest tests/golden, and read the difference.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from dockwright.boot.group import group
from dockwright.inits import systemd, upstart

FOLDER = Path(__file__).parent / "jobs"
DIGEST = "sha256:" + "0123456789abcdef" * 4
LEAVES: dict[str, tuple[str, dict[str, Any]]] = {
    "zenweb": (
        "web: docker run -p 11001:11001 zenweb\n",
        {"image": f"192.168.50.20:5000/zenweb@{DIGEST}", "address": "192.168.50.10"},
    ),
    "hostile": (
        "# every character that means something to somebody\n"
        "web: docker run -p $PORT:80 -p 127.0.0.1::81/udp -v '/srv/a b:/data' --stop-timeout 30 "
        "-e 'NOTE=50% of $HOME' -l \"quote='\" hostile "
        "sh -c 'echo \"$HOME\" `id` \\ %n; # ☃' ';' ''\n"
        "once: docker run hostile:1\n",
        {
            "scale": {"web": 2},
            "env": {
                "HASH": "#a # b",
                "LINES": "one\nend script\n[Service]\n",
                "QUOTES": 'it\'s "so" `so`',
                "SIGNS": "50% %n $HOME ${X} $$ \\n \\",
                "UTF8": "grüße ☃",
            },
        },
    ),
}


@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("init", ["systemd", "upstart"])
def test_the_jobs_of_a_leaf_are_the_golden_ones(leaf: str, init: str, tmp_path: Path) -> None:
    procfile, options = LEAVES[leaf]
    made = group(leaf, procfile, f"images/{leaf}/Procfile", **options)
    room = {"systemd": systemd, "upstart": upstart}[init]
    # an empty folder of the user's: the bundled templates are what is compared
    texts = {
        Path(file.path).name: f"{file.path} {file.mode:04o}\n{file.text}"
        for file in room.files(made, tmp_path)
    }
    golden = FOLDER / init / leaf
    if os.environ.get("DOCKWRIGHT_GOLDEN") == "write":
        golden.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (golden / name).write_text(text, encoding="utf-8")
    there = {path.name: path.read_text(encoding="utf-8") for path in golden.iterdir()}
    assert texts == there
