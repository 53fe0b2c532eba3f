"""Secrets that others could have read are made anew in one run, with all that hangs on them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

LAB = OwnLab("opentest", "192.168.66.0/24")
BOX = LAB.address("docker")
INVENTORY = """
from dockwright import lab

registry_hosts = lab.inventory()
"""
DEPLOY = f"""
from dockwright.operations import password, registry

registry.authority(name="CA", _sudo=True)
registry.server(name="settings", _sudo=True)
registry.certificate(name="certificate", addresses=["{BOX}"], _sudo=True)
registry.login(name="login", _sudo=True)
registry.trust(
    name="trust", registry="{BOX}:5000", from_host="docker", _sudo=True
)
password.kept(name="password", path="/etc/dockwright/leaves/app.password", _sudo=True)
"""
CA, CRT = "/etc/dockwright/ca/ca", "/etc/dockwright/registry/tls.crt"
TRUSTED = f"/etc/docker/certs.d/{BOX}:5000/ca.crt"
LOGIN, LEAF = "/etc/dockwright/registry.password", "/etc/dockwright/leaves/app.password"


class Box(SiteLab):
    """One box that keeps secrets of a registry and of a leaf."""

    def __init__(self, state: Path) -> None:
        super().__init__(state, LAB.name)
        (state / "inventory.py").write_text(INVENTORY)
        (state / "deploy.py").write_text(DEPLOY)

    def deploy(self) -> dict[str, Any]:
        found = self.pyinfra(
            str(self.state / "deploy.py"), inventory=str(self.state / "inventory.py")
        )
        assert found["status"] == 0, found["said"]
        found["changed"] = [line.partition(" ")[0] for line in found["changed"]]
        return found

    def root(self, line: str) -> str:
        return self.ssh(BOX, "sudo sh -s", stdin=line)

    def sums(self) -> dict[str, str]:
        lines = self.root(f"sha256sum {CA}.key {CRT} {TRUSTED} {LOGIN} {LEAF}").splitlines()
        return {path: digest for digest, path in map(str.split, lines)}


@pytest.fixture(scope="module")
def box(tmp_path_factory: Any) -> Iterator[Box]:
    state = tmp_path_factory.mktemp("open")
    made = Box(state)
    with LAB.up(state):
        made.root("apt-get update -qq && apt-get install -y -qq openssl >/dev/null 2>&1")
        assert len(made.deploy()["changed"]) == 6
        yield made


@pytest.mark.parametrize(
    ("line", "changed", "anew"),
    [
        (f"chmod 644 {CA}.key", ["CA"], set()),
        (f"chmod 711 /etc/dockwright/ca; chmod 644 {CA}.key", ["CA", "certificate", "trust"],
         {f"{CA}.key", CRT, TRUSTED}),
        (f"chown 1000 {CA}.key /etc/dockwright/ca", ["CA", "certificate", "trust"],
         {f"{CA}.key", CRT, TRUSTED}),
        (f"chmod 604 {LOGIN}", ["login"], {LOGIN}),
        ("chmod 644 /etc/dockwright/registry/htpasswd", ["login"], {LOGIN}),
        (f"chmod 644 {LEAF}", ["password"], set()),
        (f"chmod 755 /etc/dockwright/leaves; chmod 644 {LEAF}", ["password"], {LEAF}),
        ("chmod 777 /etc/dockwright/leaves", ["password"], {LEAF}),
    ],
)  # fmt: skip
def test_what_was_open_is_made_anew_with_what_hangs_on_it(
    box: Box, line: str, changed: list[str], anew: set[str]
) -> None:
    before = box.sums()
    box.root(line)
    done = box.deploy()
    assert done["changed"] == changed, done["said"]
    after = box.sums()
    assert {path for path in after if after[path] != before[path]} == anew
    assert box.root(f"openssl verify -CAfile {TRUSTED} {CRT}") == f"{CRT}: OK"
    modes = box.root(f"stat -c %a:%u:%g {CA}.key /etc/dockwright/ca {LOGIN} {LEAF}")
    assert modes.splitlines() == ["600:0:0", "700:0:0", "600:0:0", "600:0:0"]
    assert box.deploy()["changed"] == []
