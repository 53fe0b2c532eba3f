"""A site whose boxes and registry have addresses of IPv6 alone in all that it declares.

The boxes are reached as ever; what is declared of them (certificates, references, folders of
certs.d, /etc/hosts, published ports) is by IPv6. An engine that reads no such address is refused
in one line, and takes the same registry by its name.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.labs.engine_box import LABS, WITH_BUILDX
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

LAB = OwnLab("six", "192.168.133.0/24", ("hub", "base"), "trixie", WITH_BUILDX)
OLD = LABS["20.10"]
PORT = 8000
# as a person may write it, and in the short form that engines and OpenSSL print
WRITTEN = {"hub": "FD00:133::0020", "base": "fd00:133:0::10", "docker": "fd00:93::10"}
SHORT = {"hub": "fd00:133::20", "base": "fd00:133::10", "docker": "fd00:93::10"}
REGISTRY = f"[{SHORT['hub']}]:5000"


class SixSite(OwnSite):
    def stand_up(self, box: str) -> None:
        """The folder, with the busybox of ``box``; each box has its address."""
        self.furnish(box)
        for name, address in self.boxes.items():
            self.ssh(address, f"sudo ip -6 addr replace {SHORT[name]}/64 dev host0 nodad")
        self.write(
            {box: ["front"]},
            f"\nfor name, data in boxes:\n    data['dockwright_address'] = {WRITTEN!r}[name]\n",
        )
        procfile = f"web: docker run --stop-timeout 1 -p {PORT}:{PORT} front"
        self.leaf("front", procfile, *COPY, server(PORT))
        self.keys()

    def keys(self, **further: Any) -> None:
        self.data(
            dockwright_base_source="bootstrap", dockwright_steady_seconds=1,
            dockwright_wait_seconds=30, **further,
        )  # fmt: skip

    def shown(self, box: str) -> str:
        """What a visitor of the leaf of ``box`` sees."""
        code, text = self.page(f"http://[{SHORT[box]}]:{PORT}/")
        assert code == 200, (code, text)
        return text.strip()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SixSite]:
    state = tmp_path_factory.mktemp("six")
    with LAB.up(state) as settings:
        # as the bridge's other address it goes with the lab
        at = ("fd00:133::1/64", "dev", settings.bridge, "nodad")
        subprocess.run(["ip", "-6", "addr", "add", *at], check=True)
        made = SixSite(LAB, state, ("hub",))
        made.stand_up("base")
        with made.one_connection_a_box():
            yield made


def test_a_registry_at_an_address_of_ipv6(site: SixSite) -> None:
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    hub, base = site.boxes["hub"], site.boxes["base"]
    digests = site.ssh(base, "sudo docker image inspect -f '{{json .RepoDigests}}' front")
    assert f'"{REGISTRY}/front@sha256:' in digests
    assert site.shown("base") == "front"
    assert f"{SHORT['hub']} hub.vagrant hub" in site.ssh(base, "cat /etc/hosts").splitlines()
    # its certificate is of that address, as another program reads it
    authority = site.folder / "ca.crt"
    authority.write_text(site.ssh(base, f"sudo cat '/etc/docker/certs.d/{REGISTRY}/ca.crt'") + "\n")
    user = f"dockwright:{site.ssh(hub, 'sudo cat /etc/dockwright/registry.password')}"
    code, said = site.page(
        f"https://{REGISTRY}/v2/_catalog", "--cacert", str(authority), "--user", user
    )
    assert code == 200 and "front" in said, said


def test_the_next_run_of_it_has_nothing_to_do(site: SixSite) -> None:
    assert site.plan()["drift"] is False
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    assert [site.record(box)["changed"] for box in LAB.boxes] == [[], []]


@pytest.mark.long
def test_its_upgrade_its_way_back_and_its_status(site: SixSite) -> None:
    (site.folder / "images/front/www/index.html").write_text("second\n")
    site.as_planned()
    assert site.shown("base") == "second"
    assert site.dockwright("rollback", "front").returncode == 0
    assert site.shown("base") == "front"
    status = site.run("dockwright", "status", "inventory.py")
    assert status.returncode in (0, 2), status.stdout + status.stderr
    assert f"[{SHORT['base']}]:{PORT}" in status.stdout


@pytest.mark.long
def test_one_without_tls_is_named_in_daemon_json(site: SixSite) -> None:
    site.keys(dockwright_registry_tls=False)
    site.as_planned()
    listed = json.loads(site.ssh(site.boxes["base"], "sudo cat /etc/docker/daemon.json"))
    assert listed["insecure-registries"] == [REGISTRY]
    (site.folder / "images/front/www/index.html").write_text("third\n")
    site.as_planned()
    assert site.shown("base") == "third"


@pytest.mark.long
def test_an_engine_that_reads_no_such_address_takes_a_name(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    state = tmp_path_factory.mktemp("old")
    with OLD.up(state):
        made = SixSite(OLD, state, ("docker",), hubs_run_leaves=True)
        made.stand_up("docker")
        address = made.boxes["docker"]
        before = made.ssh(
            address, "sudo ls /etc/docker /etc/dockwright 2>&1; cat /etc/hosts", False
        )
        said = (
            r"error: box docker: registry \[fd00:93::10\]:5000: Docker 20.10.* call the registry by"
        )
        for command in ("plan", "apply --yes"):
            done = made.dockwright(*command.split(" "), "inventory.py", "site.py")
            assert done.returncode == 1
            assert re.match(said, done.stderr) and done.stderr.count("\n") == 1
        after = made.ssh(address, "sudo ls /etc/docker /etc/dockwright 2>&1; cat /etc/hosts", False)
        assert after == before
        made.keys(dockwright_registry="docker.vagrant:5000")
        made.as_planned()
        page = f"busybox wget -qO- http://[{SHORT['docker']}]:{PORT}/"
        assert made.ssh(address, page) == "front"
