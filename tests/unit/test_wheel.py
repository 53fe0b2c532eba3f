"""The wheel, installed in a clean environment outside the checkout, is all that a user needs."""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RENDER = """
from pathlib import Path

from dockwright.boot.group import group
from dockwright.chain.graph import order
from dockwright.chain.read import read
from dockwright.inits import systemd
from dockwright.operations import boot
from dockwright.operations import image
from dockwright.registry import SHIPPED
from dockwright.templates import BUNDLED
import dockwright

assert "site-packages" in dockwright.__file__ and "site-packages" in str(BUNDLED), BUNDLED
assert Path(dockwright.__file__).with_name("py.typed").is_file()
assert boot.job and image.chain and image.push
[shipped] = order(read(SHIPPED))
assert (shipped.name, shipped.leaf) == ("registry", True)
for file in systemd.files(group("zenweb", "web: docker run -p 80:80 zenweb", "Procfile")):
    print(file.text)
"""


def _run(*argv: str, cwd: Path) -> str:
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_offers_its_operations_and_renders_its_templates(tmp_path: Path) -> None:
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT), cwd=ROOT)
    [wheel] = tmp_path.glob("dockwright-*.whl")
    venv.create(tmp_path / "clean", with_pip=True)
    python = str(tmp_path / "clean/bin/python")
    constraints = str(ROOT / "constraints.txt")
    _run(python, "-m", "pip", "install", "-q", "-c", constraints, str(wheel), cwd=tmp_path)
    text = _run(python, "-c", RENDER, cwd=tmp_path)
    assert "zenweb.web.1" in text
    assert "[Service]" in text
    help_text = _run(str(tmp_path / "clean/bin/dockwright"), "--help", cwd=tmp_path)
    assert "lab" in help_text
