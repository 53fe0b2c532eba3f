"""The names by which clients may call a registry: those that its certificate is to hold."""

import pytest

from dockwright.deploys.box import Box
from dockwright.deploys.registry_host import names_of
from dockwright.site.settings import Settings


@pytest.mark.parametrize(
    ("registry", "hostname", "names"),
    [
        ("192.168.50.20:5000", None, []),
        ("192.168.50.20:5000", "registry.vagrant", ["registry.vagrant"]),
        ("[fd00::1]:5000", "registry.vagrant", ["registry.vagrant"]),
        ("harbor.corp.test/team", None, ["harbor.corp.test"]),
        ("harbor.corp.test:5000", "r.corp.test", ["r.corp.test", "harbor.corp.test"]),
        ("r.corp.test", "r.corp.test", ["r.corp.test"]),
    ],
)
def test_an_address_is_no_name_and_each_name_is_there_once(
    registry: str, hostname: str | None, names: list[str]
) -> None:
    box = Box("registry", Settings(hostname=hostname), registry, "registry", {}, {})
    assert names_of(box) == names
