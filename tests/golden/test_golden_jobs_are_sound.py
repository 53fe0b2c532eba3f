"""Every golden job by its init's own measure: systemd-analyze, Upstart's grammar, and sh."""

import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.upstart import reader as upstart_reader

FOLDER = Path(__file__).parent / "jobs"
SERVICES = sorted(FOLDER.glob("systemd/*/*.service"))
UPSTART = sorted(FOLDER.glob("upstart/*/*.conf"))
REACHES = sorted(FOLDER.glob("*/*/*.reach"))
SUPERVISORD = sorted(FOLDER.glob("supervisord/*/*.conf"))


def _text(path: Path) -> str:
    """Without the first line, which says where the file belongs."""
    return path.read_text(encoding="utf-8").partition("\n")[2]


def _names(path: Path) -> str:
    return path.stem


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("path", SERVICES, ids=_names)
def test_the_exposure_of_a_service_is_one_or_less(path: Path, tmp_path: Path) -> None:
    unit = tmp_path / path.name
    unit.write_text(_text(path), encoding="utf-8")
    done = subprocess.run(
        # the threshold is ten times the exposure
        ["systemd-analyze", "security", "--offline=yes", "--threshold=10", "--no-pager", unit],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-200:] + done.stderr


@pytest.mark.parametrize("path", UPSTART, ids=_names)
def test_upstart_1_5_knows_every_stanza_and_a_shell_every_script(path: Path) -> None:
    stanzas = upstart_reader.read(_text(path))
    names = [stanza.name for stanza in stanzas]
    # one without the other leaves root as a group (Upstart 1.12 and 1.13)
    assert names.count("setuid") == names.count("setgid")
    for stanza in stanzas:
        if stanza.name.endswith("script"):
            subprocess.run(["sh", "-n"], input=stanza.text.encode(), check=True)


@pytest.mark.parametrize("path", SUPERVISORD, ids=_names)
def test_supervisord_4_2_knows_every_key(path: Path) -> None:
    reader = RawConfigParser(inline_comment_prefixes=(";", "#"))
    reader.read_string(_text(path))
    assert reader.sections() == [f"program:{path.stem}"]
    known = {"command", "autostart", "autorestart", "startsecs", "startretries", "stopsignal"}
    known |= {"stopwaitsecs", "killasgroup", "redirect_stderr"}
    known |= {"stdout_logfile", "stdout_logfile_maxbytes", "stdout_logfile_backups"}
    assert {*reader.options(f"program:{path.stem}")} <= known


def test_what_supervisord_s_programs_run_is_valid_shell() -> None:
    path = FOLDER / "supervisord/shared/dockwright.sh"
    shellcheck = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([shellcheck, "-"], input=_text(path), text=True, capture_output=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", REACHES, ids=lambda path: path.parts[-3])
def test_what_loads_the_bounds_of_a_leaf_is_valid_shell(path: Path) -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([shellcheck, "-"], input=_text(path), text=True, capture_output=True)
    assert done.returncode == 0, done.stdout


def test_there_are_jobs_of_each() -> None:
    assert len(SERVICES) >= 5
    assert len(UPSTART) >= 5
    assert len(SUPERVISORD) >= 5
    assert len(REACHES) == 3
