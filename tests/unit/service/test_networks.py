"""Networks of a run line, as Swarm attaches a service to them."""

from typing import Any

import pytest

from dockwright.errors import DockwrightError
from dockwright.service.networks import closed_network, networks


@pytest.mark.parametrize(
    ("named", "made"),
    [
        (["bridge"], []),
        (["default"], []),
        (["host"], [{"Target": "host"}]),
        (["none"], [{"Target": "dockwright-web_web"}]),
        (["in"], [{"Target": "in", "Aliases": ["w"]}]),
        (["name=in,alias=x"], [{"Target": "in", "Aliases": ["w", "x"]}]),
        (["in", "out"], [{"Target": one, "Aliases": ["w"]} for one in ("in", "out")]),
    ],
)
def test_each_is_named_and_aliases_are_of_those_that_have_names(
    named: list[str], made: list[dict[str, Any]]
) -> None:
    options = [*(("network", one) for one in named), ("network-alias", "w")]
    assert networks(options, closed_network("web_web"), "web", "Procfile:1") == made


@pytest.mark.parametrize("value", ["container:db", "name=in,ip=192.0.2.9", "in,driver-opt=a"])
def test_what_swarm_cant_attach_is_refused_by_its_name(value: str) -> None:
    with pytest.raises(DockwrightError) as error:
        networks([("network", value)], "", "web", "Procfile:1")
    assert str(error.value).startswith(f"Procfile:1: --network {value}: not on Swarm: it names ")
