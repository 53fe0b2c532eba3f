"""The scripts that operations send to a box: valid for the sh that runs them.

Their cases tell them by name and arguments; what they do is tried on real boxes in tests/lab.
"""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from dockwright import scripts
from dockwright.engine.place import USE
from dockwright.inits.init import INITS, MACHINES, engine_job
from dockwright.inits.wanted_logs import WantedLogs
from dockwright.operations import clean, engine
from dockwright.registry import openssl, renewal

# the packages offer operations by the names of these modules
engine_config = import_module("dockwright.operations.engine.config")
turn = import_module("dockwright.operations.updates.turn")
updates_unattended = import_module("dockwright.operations.updates.unattended")
image_base = import_module("dockwright.operations.image.base")
SHELLCHECK = Path(sys.executable).with_name("shellcheck")
# SC2154: openssl's settings come from env; SC2016: a hook of mmdebstrap expands its own $1;
# SC2015: an engine that runs and doesn't answer is to be stopped and started as well; SC2012,
# SC2046, SC2086: names of jobs and their logs have no blanks; SC2329: not all call all of `FIND`
EXCLUDED = "SC2154,SC2016,SC2015,SC2012,SC2046,SC2086,SC2329"
SCRIPTS = {
    "engine.package": engine._INSTALL,
    **{f"engine.service, {name}": engine_job(name).start for name in MACHINES},
    **{f"engine.config, {name}": engine_config.script(name) for name in (*INITS, None)},
    "logs under Upstart": INITS["upstart"].logs("app", WantedLogs(follow=True)),
    "image.base": image_base._MAKE,
    "registry.authority": openssl._BEGIN + openssl._AUTHORITY,
    "registry.certificate": openssl._BEGIN + openssl._CERTIFICATE,
    "registry.switch": scripts.text("certificate/switch"),
    "registry.reload": USE + renewal.reload(),
    "registry.renewal": renewal.script(825, USE),
    "updates.packages, lists": turn._REFRESH,
    "updates.packages": turn._UPGRADE,
    "updates.unattended": updates_unattended._INSTALL,
    "clean.up": clean._TIDY + clean._ZERO,
    "clean.forget": clean._ARM,
    "clean.forget, as the box goes down": clean._FORGET,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_it_is_valid_shell(script: str) -> None:
    subprocess.run(["sh", "-n"], input=script, text=True, check=True, timeout=30)
    done = subprocess.run(
        [SHELLCHECK, "-s", "sh", "-e", EXCLUDED, "-"],
        input=script, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
