"""What is wrong with a site's data is told of all its boxes at once, whichever is worked on."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dockwright.site.mistakes import misspelt, refused
from dockwright.site.settings import Settings

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


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("dockwrigth_env", "dockwright_env"),
        ("Dockwright-Leaves", "dockwright_Leaves"),
        ("dockwright.env", "dockwright_env"),
        ("docker_env", None),
        ("ssh_user", None),
        ("dockwright_anything", None),
    ],
)
def test_a_key_that_begins_almost_as_ours_is_told(key: str, meant: str | None) -> None:
    told = list(misspelt({key: 1}))
    assert told == ([] if meant is None else [f"{key}: no key begins so; did you mean {meant}?"])


def _refused(**data: Any) -> list[str]:
    with pytest.raises(ValidationError) as error:
        Settings(**data)
    return list(refused(error.value, data, Settings.model_fields))


def test_each_mistake_is_told_once_and_a_secret_never() -> None:
    told = _refused(leafs=[], registry_password_command="s3cret", max_age_days=0)
    assert len(told) == 3
    assert "dockwright_leafs: no such key; did you mean dockwright_leaves?" in told
    assert "s3cret" not in str(told)
    assert any(
        line.startswith("dockwright_registry_password_command = (hidden): ") for line in told
    )


def test_a_long_value_is_cut_off_and_a_key_far_from_all_is_told_with_all() -> None:
    [line] = _refused(registry="x" * 500)
    assert len(line.partition(": not allowed")[0]) < 120
    [line] = _refused(zzz=1)
    assert "no such key; keys: runs_on, " in line
    assert " address, " in line
