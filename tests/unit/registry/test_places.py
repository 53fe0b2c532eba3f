"""Where a registry's files are: trust in it has a folder of its name."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.registry import places


@pytest.mark.parametrize("name", ["192.168.50.20:5000", "registry.vagrant", "[fd00::1]:5000"])
def test_a_registrys_trust_has_a_folder_of_its_name(name: str) -> None:
    assert places.trusted(name) == f"/etc/docker/certs.d/{name}/ca.crt"


@pytest.mark.parametrize("name", ["", "..", "a/b", "-a", "a:0", "a:65536", "a:", "a b", "a\n"])
def test_a_name_that_is_no_registry_is_refused(name: str) -> None:
    with pytest.raises(DockwrightError, match=r"^registry .*(not of the form|neither a dot)"):
        places.trusted(name)
