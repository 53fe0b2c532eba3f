"""Upstart's jobs of a leaf: what they say, and what is beside them."""

import shutil
import subprocess

from dockwright.boot.group import group
from dockwright.inits import upstart
from dockwright.inits.init import INITS


def test_an_override_beside_an_upstart_job_is_no_file_of_its_leaf_and_changes_that_job() -> None:
    assert not upstart.owned("app", "dockwright-app.web.1.override")
    path = "/etc/init/dockwright-app.web.1.override"
    assert INITS["upstart"].overridden(path) == "dockwright-app.web.1"


def test_every_script_block_of_an_upstart_job_passes_sh() -> None:
    line = "web: docker run app 'it'\\''s' ';' '$(' '\"' '`'"
    sh = shutil.which("sh")
    assert sh is not None
    text = upstart.files(group("app", line, "Procfile", env={"A": "'"}))[1].text
    blocks = [part.split("\nend script")[0] for part in text.split("script\n")[1::2]]
    assert len(blocks) == 4
    for block in blocks:
        subprocess.run([sh, "-n"], input=block.encode(), check=True)
