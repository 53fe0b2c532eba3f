"""What a shell offers at TAB: names of the site here, without pyinfra."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DOCKWRIGHT = Path(sys.executable).with_name("dockwright")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two inventories of one's own, a leaf, a base, and a leaf that runs an image of others."""
    (tmp_path / "inventories").mkdir()
    (tmp_path / "names.py").write_text('print("noise")\nNAMES = ["app1", "app2"]\n')
    (tmp_path / "inventories/lab.py").write_text(
        "from names import NAMES\n"
        'docker_hosts = [(name, {"ssh_user": "root"}) for name in NAMES]\n'
        'registry_hosts = ["hub"]\n_own = ["none"]\n'
    )
    (tmp_path / "inventories/broken.py").write_text("docker_hosts = [1 / 0]\n")
    for path in ("web/Dockerfile", "web/Procfile", "base/Dockerfile", "db/Procfile"):
        file = tmp_path / "images" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return tmp_path


def offered(folder: Path, line: str) -> list[str]:
    """What is offered for the last word of ``line``."""
    words = line.split(" ")
    done = subprocess.run(
        [DOCKWRIGHT],
        cwd=folder,
        env={
            **os.environ,
            "_DOCKWRIGHT_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return [one.removeprefix("plain,") for one in done.stdout.splitlines() if one]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("dockwright logs ", ["db", "web"]),
        ("dockwright rollback w", ["web"]),
        ("dockwright run ", ["db", "web"]),
        ("dockwright exec d", ["db"]),
        ("dockwright images plan --only ", ["base", "web"]),
        ("dockwright plan --limit ", ["app1", "app2", "hub"]),
        ("dockwright history --box a", ["app1", "app2"]),
        ("dockwright history -i inventories/lab.py --box h", ["hub"]),
        ("dockwright history -i inventories/broken.py --box ", []),
        ("dockwright history -i nowhere.py --box ", []),
        ("dockwright lab reboot --name nosuchlab ", []),
        ("dockwright ini", ["init"]),
        ("dockwright vagrant build d", ["docker"]),
    ],
)
def test_names_of_the_site_are_offered(site: Path, line: str, names: list[str]) -> None:
    assert offered(site, line) == names


def test_the_folder_of_the_images_may_be_another(site: Path) -> None:
    (site / "images").rename(site / "pictures")
    (site / "inventories/group_data").mkdir()
    (site / "inventories/group_data/all.py").write_text('dockwright_images = "pictures"\n')
    assert offered(site, "dockwright logs ") == ["db", "web"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell(shell: str) -> None:
    done = subprocess.run(
        [DOCKWRIGHT],
        env={**os.environ, "_DOCKWRIGHT_COMPLETE": f"{shell}_source"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert f"_DOCKWRIGHT_COMPLETE={shell}_complete" in done.stdout


def test_pyinfra_is_not_imported(site: Path) -> None:
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*[m for m in sys.modules if m.startswith('pyinfra')],"
        " file=sys.stderr))\n"
        "sys.argv = ['dockwright']\n"
        "from dockwright.cli import main\n"
        "main()\n"
    )
    for line in ("dockwright history --box ", "dockwright logs ", "dockwright images plan --only "):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=site,
            env={
                **os.environ, "_DOCKWRIGHT_COMPLETE": "bash_complete", "COMP_WORDS": line,
                "COMP_CWORD": str(len(line.split(" ")) - 1),
            },
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        assert done.stdout
        assert done.stderr == "\n"
