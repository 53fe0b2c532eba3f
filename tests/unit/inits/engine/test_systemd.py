"""The engine as docker.service: what systemd says of it, and what has it come up by itself."""

from types import SimpleNamespace
from typing import Any

import pytest

from dockwright.inits.engine.systemd import comes_up, elsewhere, said

ENABLE = ("systemctl", "enable", "--quiet", "docker.service")
UNMASK = ("systemctl", "unmask", "--quiet", "docker.service", "docker.socket")


@pytest.mark.parametrize(
    ("lines", "active", "enabled"),
    [
        ({"ActiveState": ["active"], "UnitFileState": ["enabled"]}, True, "enabled"),
        ({"ActiveState": ["activating"], "UnitFileState": ["disabled"]}, False, "disabled"),
        ({"ActiveState": ["failed"], "UnitFileState": [""]}, False, ""),
        # the socket is masked: nobody who asks the engine starts it
        ({"ActiveState": ["active"], "UnitFileState": ["enabled", "masked"]}, True, "masked"),
        ({}, False, ""),
    ],
)
def test_what_it_says_of_the_unit_and_its_socket(
    lines: dict[str, list[str]], active: bool, enabled: str
) -> None:
    found = said(lines)
    assert (found.active, found.enabled) == (active, enabled)


@pytest.mark.parametrize(
    ("enabled", "steps"),
    [
        ("enabled", ()),
        ("disabled", (ENABLE,)),
        ("static", (ENABLE,)),
        ("", (ENABLE,)),
        ("masked", (UNMASK, ENABLE)),
    ],
)
def test_the_steps_by_which_it_comes_up_with_the_machine(
    enabled: str, steps: tuple[tuple[str, ...], ...]
) -> None:
    engine: Any = SimpleNamespace(dockerd="/usr/bin/dockerd", enabled=enabled, conf=None,
                                  override=None)  # fmt: skip
    assert comes_up("web1", engine) == steps


def test_another_unit_is_told_how_to_have_the_name_too() -> None:
    line = elsewhere("web1", "engine.service")
    assert "`Alias=docker.service` under [Install] in it" in line
    assert line.endswith("`systemctl reenable engine.service`")
