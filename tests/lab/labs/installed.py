"""The wheel, installed in an environment that has its libraries, and nothing of the checkout."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests.lab.labs.site_lab import ROOT


def install(state: Path) -> Path:
    """Build and install it below ``state``; the folder of its programs.

    The libraries are those of the tests: another download of them tries nothing that
    tests/unit/test_wheel.py has not tried.
    """
    words = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(state))
    subprocess.run((*words, str(ROOT)), cwd=ROOT, check=True, capture_output=True, timeout=300)
    [wheel] = state.glob("dockwright-*.whl")
    home = state / "venv"
    venv.create(home, with_pip=False)
    python = home / "bin/python"
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    words = (sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps")
    subprocess.run((*words, str(wheel)), check=True, capture_output=True, timeout=300)
    for program, module in (("pyinfra", "pyinfra_cli.main"), ("dockwright", "dockwright.cli")):
        script = home / "bin" / program
        script.write_text(f"#!{python}\nimport sys\nfrom {module} import main\nsys.exit(main())\n")
        script.chmod(0o755)
    return home / "bin"
