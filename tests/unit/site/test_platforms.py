"""The table of platforms."""

import os
import subprocess
from pathlib import Path

import pytest

from dockwright import scripts
from dockwright.errors import DockwrightError
from dockwright.facts.engine import Engine
from dockwright.site.platforms import PLATFORMS, platform

FILES = Path(__file__).parent / "os-release"


def test_trixie_gets_the_client_and_the_builder_that_it_parts_from_the_engine() -> None:
    assert platform("debian", "13", "docker").engine == ("docker.io", "docker-cli", "docker-buildx")


def test_every_platform_gets_apparmor_without_which_containers_do_not_start() -> None:
    assert all("apparmor" in row.tools for row in PLATFORMS.values())


@pytest.mark.parametrize(
    ("file", "release"),
    [
        ("debian-12", ("debian", "12")),
        ("debian-13", ("debian", "13")),
        ("debian-forky", ("debian", "forky")),  # as testing has it: without a number
        ("ubuntu-22.04", ("ubuntu", "22.04")),
        ("ubuntu-24.04", ("ubuntu", "24.04")),
        ("ubuntu-26.04", ("ubuntu", "26.04")),
    ],
)
def test_a_box_is_of_the_release_that_its_own_file_names(
    file: str, release: tuple[str, str]
) -> None:
    asked = scripts.text("engine/asked").splitlines()[0]
    assert "/etc/os-release" in asked
    done = subprocess.run(
        ["sh", "-euc", asked.replace("/etc/os-release", str(FILES / file))],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    state = Engine().read(done.stdout.splitlines())
    assert (state.distribution, state.release) == release
    assert PLATFORMS[release].engine[0] == "docker.io"


def test_debian_14_needs_the_same_before_and_after_its_release() -> None:
    assert platform("debian", "14", "docker") == platform("debian", "forky", "docker")


def test_another_platform_is_an_error_that_names_box_platform_and_way_out() -> None:
    with pytest.raises(DockwrightError, match=r"^box docker: fedora 41: .*debian 12.*yourself$"):
        platform("fedora", "41", "docker")
