"""Each path of ours on a box is in the one table, and what is secret is in no packaged box."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from dockwright import places
from dockwright.box import lock, record
from dockwright.operations import clean
from dockwright.run import one_off

PACKAGE = Path(places.__file__).parent
_OURS = re.compile(r"/(?:etc|var/lib|var/log|run)/dockwright[a-z./-]*")
# of this machine's labs, of a guest's provisioning, of messages and of packaging
_OTHERS = {"/var/lib/dockwright/labs", "/var/lib/dockwright/venv", "/run/dockwright-forget.sh"}


def _said() -> set[str]:
    """All paths of ours that stand in texts of the code, docstrings left out."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        docs = {
            node.body[0].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
                found.update(text.rstrip("./-") for text in _OURS.findall(node.value))
    for path in (PACKAGE / "scripts").rglob("*.sh"):
        found.update(text.rstrip("./-") for text in _OURS.findall(path.read_text()))
    return found


def test_every_path_of_ours_that_the_code_names_is_in_the_table() -> None:
    known = [place.path for place in places.PLACES]
    said = _said() - _OTHERS
    assert len(said) > 5
    lacking = {path for path in said if not any(one.startswith(path) for one in known)}
    assert lacking == set()


def test_the_paths_of_rooms_that_have_their_own_name_for_one_are_those_of_the_table() -> None:
    assert (lock.PATH, record.RUNS) == (places.LOCK, places.RUNS)
    assert one_off._CLIENT == places.CLIENT


@pytest.mark.parametrize("place", [one for one in places.PLACES if one.secret],
                         ids=lambda one: one.path)  # fmt: skip
@pytest.mark.parametrize("left", ["", ".dockwright-new"])
def test_a_secret_is_destroyed_before_packaging_with_what_a_broken_run_left(
    place: places.Place, left: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{re.sub(r'[A-Z]+', 'x', place.path)}{left}".lstrip("/")
    if "." not in path.name:  # a folder's
        path /= "x"
    path.parent.mkdir(parents=True)
    path.write_text("secret")
    # no file of this machine may be touched: all paths of the loop are moved
    [loop] = re.findall(r"^for secret in .*?^done$", clean._FORGET, re.MULTILINE | re.DOTALL)
    moved = re.sub(r" (/[^ \\;]+)", rf" {tmp_path}\1", loop.partition("; do")[0])
    subprocess.run(["sh", "-c", f"{moved}; do{loop.partition('; do')[2]}"], check=True, timeout=30)
    assert not path.exists()


@pytest.mark.parametrize("place", places.PLACES, ids=lambda one: one.path)
def test_a_password_or_key_is_called_secret(place: places.Place) -> None:
    named = any(word in place.what for word in ("password", "key", "environment"))
    assert place.secret or not named or place.path == places.ENGINE_SETTINGS
    assert place.secret or place.mode != "600" or place.path.startswith(("/var/lib", "/run"))
