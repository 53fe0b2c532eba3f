"""Each package that Dockwright is installed with has a wheel for arm64 and for musl.

Asked of the index that pip has; where none is in reach, it is not known and the tests are skipped.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# gevent needs it; it has no wheel for musl, and its own build does without a compiler
WITHOUT = {"musllinux": {"zope.interface"}}


def pinned() -> dict[str, str]:
    """What pip is to install of each package: its version, and the hashes of its wheels."""
    ours = (ROOT / "constraints.txt").read_text().partition("# What its checks")[0]
    lines = [line.partition("  # ") for line in ours.splitlines() if not line.startswith("#")]
    return {
        pin.partition("==")[0]: f"{pin} " + " ".join(f"--hash={one}" for one in hashes.split())
        for pin, _, hashes in lines
    }


def tried(folder: Path, lines: list[str], tags: list[str]) -> subprocess.CompletedProcess[str]:
    (folder / "requirements.txt").write_text("\n".join(lines))
    options = ["--dry-run", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    options += ["--python-version", "3.11", "--implementation", "cp", "--retries", "0"]
    options += ["--target", str(folder / "none"), "--timeout", "20", "--disable-pip-version-check"]
    options += [word for tag in tags for word in ("--platform", tag)]
    return subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "-r", folder / "requirements.txt"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PIP_CONSTRAINT": ""},
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("index")
    if tried(folder, [pinned()["click"]], ["manylinux_2_28_x86_64"]).returncode != 0:
        pytest.skip("no package index in reach")


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    ("libc", "tags"),
    [
        (
            "manylinux",
            ["manylinux_2_28_aarch64", "manylinux2014_aarch64"],
        ),
        ("musllinux", ["musllinux_1_2_x86_64", "musllinux_1_1_x86_64"]),
        ("musllinux", ["musllinux_1_2_aarch64", "musllinux_1_1_aarch64"]),
    ],
)
def test_a_machine_without_a_compiler_installs_it_from_wheels(
    libc: str, tags: list[str], tmp_path: Path
) -> None:
    lines = [line for name, line in pinned().items() if name not in WITHOUT.get(libc, ())]
    done = tried(tmp_path, lines, tags)
    assert done.returncode == 0, done.stderr
    assert "e2b-dockerfile-utils" in done.stdout.replace("_", "-")
