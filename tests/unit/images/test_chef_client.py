"""The scripts of image chef-client, run as its build runs them."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dockwright.chain.graph import order
from dockwright.chain.read import read

IMAGES = Path(__file__).parents[3] / "images"
INSTALLER = """#!/bin/sh
mkdir -p "$DEST" && cp /bin/true "$DEST/chef-client"
"""


def run(script: str, *argv: str, **env: str) -> tuple[int, str]:
    path = f"{env.get('DEST', '')}:/usr/sbin:/usr/bin:/sbin:/bin"
    done = subprocess.run(
        ["sh", str(IMAGES / "chef-client" / script), *argv],
        env={"PATH": path, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture
def installer(tmp_path: Path) -> Path:
    path = tmp_path / "install.sh"
    path.write_text(INSTALLER)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("written", [str.lower, str.upper])
def test_an_installer_with_the_right_sum_is_run(
    installer: Path, written: Callable[[str], str]
) -> None:
    dest = installer.parent / "bin"
    env = {"CHEF_URL": installer.as_uri(), "CHEF_SHA256": written(digest(installer))}
    assert run("install-chef", DEST=str(dest), **env) == (0, "")
    assert (dest / "chef-client").exists()


def test_one_with_a_wrong_sum_is_not_run(installer: Path) -> None:
    dest = installer.parent / "bin"
    env = {"CHEF_URL": installer.as_uri(), "CHEF_SHA256": "0" * 64}
    code, said = run("install-chef", DEST=str(dest), **env)
    assert code == 1
    assert said == (
        f"install-chef: {installer.as_uri()}: its SHA-256 is {digest(installer)} and CHEF_SHA256 "
        f"is {'0' * 64}; it was not run\n"
    )
    assert not dest.exists()


def test_an_installer_that_brings_no_client_is_an_error(installer: Path) -> None:
    installer.write_text("#!/bin/sh\nexit 0\n")
    env = {"CHEF_URL": installer.as_uri(), "CHEF_SHA256": digest(installer)}
    code, said = run("install-chef", **env)
    assert code == 1
    assert "installed neither chef-client nor cinc-client" in said


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, "CHEF_URL: not given; "),
        ({"CHEF_URL": "file:///x"}, "CHEF_SHA256: not given; give the SHA-256 of file:///x"),
        ({"CHEF_URL": "file:///x/absent", "CHEF_SHA256": "0" * 64}, "absent: cannot be fetched"),
    ],
)
def test_what_is_missing_is_named(env: dict[str, str], expected: str) -> None:
    code, said = run("install-chef", **env)
    assert code == 1
    assert expected in said.splitlines()[-1]


def test_without_wheels_and_index_the_line_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "wheelhouse").mkdir()
    code, said = run("install-pyinfra", str(tmp_path / "t"), str(tmp_path / "wheelhouse"))
    assert code == 1
    assert "run `dockwright wheelhouse images/chef-client/wheelhouse`" in said
    assert not (tmp_path / "t").exists()


def test_without_wheels_upstream_goes_without_pyinfra(tmp_path: Path) -> None:
    (tmp_path / "wheelhouse").mkdir()
    done = run(
        "install-pyinfra", str(tmp_path / "t"), str(tmp_path / "wheelhouse"), FLAVOUR="upstream"
    )
    assert done == (0, "")
    assert list((tmp_path / "t").iterdir()) == []


def test_its_place_in_the_chain_and_what_upstream_needs() -> None:
    images = {image.name: image for image in order(read(IMAGES))}
    assert images["chef-client"].parents == ("my-ubuntu",)
    assert images["pyinfra-example"].parents == ("chef-client",)
    [needed] = [one.upstream_args for one in read(IMAGES) if one.name == "chef-client"]
    assert needed == ("CHEF_URL", "CHEF_SHA256")


def test_its_recipe_counts_wheels_but_not_dockwrights_own(tmp_path: Path) -> None:
    folder = tmp_path / "chef-client"
    (folder / "wheelhouse").mkdir(parents=True)
    for name in ("Dockerfile", ".dockerignore", "wheelhouse/.gitignore"):
        (folder / name).write_text((IMAGES / "chef-client" / name).read_text())
    for name in ("pyinfra-3.10.0-py3-none-any.whl", "dockwright-1-py3-none-any.whl", "notes"):
        (folder / "wheelhouse" / name).write_text("")
    [source] = read(tmp_path)
    inside = [entry.path for entry in source.context if entry.path.startswith("wheelhouse")]
    assert inside == ["wheelhouse", "wheelhouse/pyinfra-3.10.0-py3-none-any.whl"]
