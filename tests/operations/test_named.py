"""Registries that a box's engine can't name are refused before anything is changed."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.facts.engine import EngineState
from dockwright.operations.engine.named import check_named

SIX, NAME = "[fd00::1]:5000", "hub.vagrant:5000"


def _engine(version: str, package: str = "docker.io") -> EngineState:
    return EngineState("debian", "13", dockerd="/usr/sbin/dockerd", packages={package: version})


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        (_engine("20.10.24+dfsg1-1+deb12u1"), "20.10.24+dfsg1-1+deb12u1"),
        (_engine("5:24.0.7-1~debian.12~bookworm", "docker-ce"), "5:24.0.7-1~debian.12~bookworm"),
        (EngineState("debian", "12"), "20.10"),
    ],
)
def test_an_address_of_ipv6_that_an_old_engine_does_not_read_is_one_line(
    engine: EngineState, said: str
) -> None:
    with pytest.raises(DockwrightError) as raised:
        check_named("web1", engine, [NAME, SIX])
    assert str(raised.value) == (
        f"box web1: registry {SIX}: Docker {said} reads no address of IPv6 in an image's name; call"
        " the registry by a name (dockwright_hostname of its box, and dockwright_registry = "
        "'NAME:5000'), or use an engine from 25 on"
    )
    check_named("web1", engine, [NAME, "192.0.2.1:5000"])


@pytest.mark.parametrize(
    "engine",
    [
        _engine("26.1.5+dfsg1-9+b9"),
        _engine("5:25.0.0-1~debian.12~bookworm", "docker-ce"),
        EngineState("debian", "13"),
        EngineState("debian", "12", dockerd="/usr/local/bin/dockerd"),
        EngineState(),
    ],
)
def test_what_reads_it_or_may_is_not_refused(engine: EngineState) -> None:
    check_named("web1", engine, [SIX])
