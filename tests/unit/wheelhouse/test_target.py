"""What wheels are for: a version of Python on Linux, and which tags can be installed there."""

import pytest
from packaging.markers import Marker
from packaging.tags import Tag, parse_tag

from dockwright.errors import DockwrightError
from dockwright.wheelhouse.target import Target


@pytest.mark.parametrize("python", ["3.11", "3.13", "3.99"])
def test_a_version_that_dockwright_runs_on(python: str) -> None:
    assert Target(python).environment["python_version"] == python


@pytest.mark.parametrize(
    "python",
    ["", "3", "3.9", "3.10", "2.7", "3.11.2", "3.1", "03.11", "3.११", "4.0", "3.11\n"],
)
def test_any_other_word_is_refused_with_what_to_give(python: str) -> None:
    with pytest.raises(DockwrightError, match=r"not a version that Dockwright runs on; give "):
        Target(python)


@pytest.mark.parametrize(
    ("wheel", "fits"),
    [
        ("py3-none-any", True),
        ("py2.py3-none-any", True),
        ("cp311-cp311-manylinux_2_17_x86_64", True),
        ("cp311-cp311-manylinux2014_x86_64", True),
        ("cp39-abi3-manylinux_2_28_x86_64", True),
        ("cp311-cp311-manylinux_2_35_x86_64", True),
        # of a newer glibc, another Python, another machine, another system
        ("cp311-cp311-manylinux_2_36_x86_64", False),
        ("cp312-cp312-manylinux_2_17_x86_64", False),
        ("cp312-abi3-manylinux_2_17_x86_64", False),
        ("cp311-cp311-manylinux_2_17_aarch64", False),
        ("cp311-cp311-musllinux_1_2_x86_64", False),
        ("cp311-cp311-macosx_11_0_x86_64", False),
        ("cp311-cp311-win_amd64", False),
    ],
)
def test_which_wheels_can_be_installed_there(wheel: str, fits: bool) -> None:
    tags: frozenset[Tag] = parse_tag(wheel)
    assert bool(tags & Target("3.11").tags) is fits


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("python_version < '3.11'", False),
        ("python_full_version >= '3.11.0'", True),
        ("sys_platform == 'linux' and platform_machine == 'x86_64'", True),
        ("os_name == 'nt'", False),
        ("implementation_name == 'pypy'", False),
        ("platform_python_implementation == 'CPython'", True),
    ],
)
def test_markers_are_evaluated_for_it(marker: str, holds: bool) -> None:
    assert Marker(marker).evaluate({**Target("3.11").environment, "extra": ""}) is holds
