"""What is wrong with a site's data is told of all its boxes at once, whichever is worked on."""

import subprocess
import sys
from pathlib import Path

DOCKWRIGHT = Path(sys.executable).with_name("dockwright")
INVENTORY = """
docker_hosts = [
    ("@local", {"dockwright_hostname": "a.example", "dockwright_env": {"api": {"PORT": 8000}}}),
]
registry_hosts = [
    ("r1", {"dockwrigth_env": {}, "dockwright_leafs": []}),
    ("r2", {"dockwrigth_env": {}}),
]
"""
DEPLOY = "from dockwright.deploys import docker_host\n\ndocker_host()\n"


def _said(folder: Path, deploy: str) -> list[str]:
    (folder / "inventory.py").write_text(INVENTORY)
    (folder / "deploy.py").write_text(deploy)
    done = subprocess.run(
        [DOCKWRIGHT, "plan", "--limit", "@local", "inventory.py", "deploy.py"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    return done.stderr.splitlines()


def test_all_mistakes_of_all_boxes_are_told_at_once_and_the_same_one_once(tmp_path: Path) -> None:
    assert _said(tmp_path, DEPLOY) == [
        'error: box @local: dockwright_env: api: PORT: a number; write "8000"',
        "error: boxes @local, r1, r2: dockwright_address: not given; give its private address",
        "error: boxes r1, r2: dockwrigth_env: no key begins so; did you mean dockwright_env?",
        "error: box r1: dockwright_leafs: no such key; did you mean dockwright_leaves?",
    ]
