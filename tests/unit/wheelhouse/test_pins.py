"""Of each package a wheel whose hash constraints.txt has, or none."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.wheelhouse.pins import check, read, requirements
from tests.unit.wheelhouse.wheels import put

ROOT = Path(__file__).resolve().parents[3]


def test_every_package_that_we_name_has_a_version_and_hashes() -> None:
    pins = read(ROOT / "constraints.txt")
    assert len(pins.versions) > 90
    assert [name for name, its in pins.versions.items() if not str(its).startswith("==")] == []
    assert [name for name, its in pins.hashes.items() if not its] == []
    assert "://" not in (ROOT / "constraints.txt").read_text()


def test_a_wheel_that_was_changed_is_named(tmp_path: Path) -> None:
    good, other = put(tmp_path, "good"), put(tmp_path, "other")
    own = tmp_path / "constraints.txt"
    hashed = sha256(good.read_bytes()).hexdigest()
    own.write_text(f"good==1.0  # sha256:{hashed}\nplain==1.0\n")
    check([good, other], read(own))
    put(tmp_path, "good", "1.0", "evil>=1")
    with pytest.raises(DockwrightError, match=rf"^{good}: is not good 1.0 as {own} has it"):
        check([good, other], read(own))


def test_pip_installs_what_is_listed_and_nothing_that_was_changed_since(tmp_path: Path) -> None:
    folder = tmp_path / "wheelhouse"
    some, only = put(folder, "some"), put(folder, "only")
    listed = tmp_path / "requirements.txt"
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    listed.write_text(requirements({python: [some], "3.99": [some, only]}))

    def install() -> str:
        words = ("install", "-q", "--no-index", "--find-links", folder, "--require-hashes")
        done = subprocess.run(
            [sys.executable, "-m", "pip", *words, "--target", tmp_path / "made", "-r", listed],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return "" if done.returncode == 0 else done.stdout + done.stderr

    assert install() == ""
    # what only another Python needs is not installed
    assert [path.name for path in (tmp_path / "made").glob("*.dist-info")] == ["some-1.0.dist-info"]
    put(folder, "some", "1.0", "evil>=1")
    assert "DO NOT MATCH THE HASHES" in install()
