"""Image gollum: what its flavour `upstream` needs is asked for, before a build and in it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from dockwright.chain.instructions import instructions
from dockwright.deploys.base import check_chain
from dockwright.deploys.box import Box
from dockwright.errors import DockwrightError
from dockwright.site.settings import settings

IMAGES = Path(__file__).parents[3] / "images"
ANCESTORS = ("my-ubuntu", "buildessential", "nginx", "ruby")


def box(folder: Path, flavour: str) -> Box:
    for name in (*ANCESTORS, "gollum"):
        shutil.copytree(IMAGES / name, folder / name)
    data = {"dockwright_images": str(folder), "dockwright_flavour": flavour}
    return Box("docker", settings(data, "docker"), "10.0.0.20:5000", None, {}, {})


def test_flavour_upstream_without_its_gem_source_is_an_error_before_a_build(tmp_path: Path) -> None:
    with pytest.raises(DockwrightError) as error:
        check_chain(box(tmp_path, "upstream"), {"FLAVOUR": "upstream"})
    assert str(error.value) == (
        "box docker: dockwright_build_args: GEM_SOURCE: not given, and flavour upstream of gollum "
        "is fetched by it; give it, or use flavour distro"
    )


@pytest.mark.parametrize(
    ("flavour", "args"),
    [("distro", {}), ("upstream", {"FLAVOUR": "upstream", "GEM_SOURCE": "https://gems.example"})],
)
def test_a_flavour_with_all_it_needs_has_a_build_order(
    tmp_path: Path, flavour: str, args: dict[str, str]
) -> None:
    check_chain(box(tmp_path, flavour), args)


@pytest.mark.parametrize(
    ("env", "message"),
    [
        (
            {"FLAVOUR": "upstream", "GEM_SOURCE": ""},
            "GEM_SOURCE: not given, and flavour upstream of gollum is fetched from it; "
            "give the URI of a gem source\n",
        ),
        (
            {"FLAVOUR": "upsteam", "GEM_SOURCE": "https://gems.example"},
            "FLAVOUR: upsteam: no such flavour; use upstream, or leave it empty\n",
        ),
    ],
)
def test_a_build_by_hand_says_what_it_lacks(env: dict[str, str], message: str) -> None:
    text = (IMAGES / "gollum" / "Dockerfile").read_text(encoding="utf-8")
    [line] = [
        found.values[0] for found in instructions(text, "Dockerfile") if found.keyword == "run"
    ]
    # without a PATH: it must get no further than the shell itself
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        env={"PATH": "", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, message)
