"""The table of platforms."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.site.platforms import PLATFORMS, platform


def test_trixie_gets_the_client_and_the_builder_that_it_parts_from_the_engine() -> None:
    assert platform("debian", "13", "docker").engine == ("docker.io", "docker-cli", "docker-buildx")


def test_every_platform_with_an_engine_of_its_own_runs_systemd() -> None:
    assert {row.init for row in PLATFORMS.values() if row.engine} == {"systemd"}


def test_every_platform_gets_apparmor_without_which_containers_do_not_start() -> None:
    assert all("apparmor" in row.tools for row in PLATFORMS.values())


def test_only_what_ran_on_real_boxes_says_so() -> None:
    assert {key for key, row in PLATFORMS.items() if row.tried} == {
        ("debian", "12"),
        ("debian", "13"),
    }


def test_another_platform_is_an_error_that_names_box_platform_and_way_out() -> None:
    with pytest.raises(DockwrightError, match=r"^box docker: fedora 41: .*debian 12.*yourself$"):
        platform("fedora", "41", "docker")
