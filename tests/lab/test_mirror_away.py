"""The mirror does not answer a build, or a box: it is named, and the packages are not blamed."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import LOOP, OwnSite

LAB = OwnLab("nomirror", "192.168.86.0/24", ("box",), packages=WITH_ENGINE)
# engines take plain HTTP from a loopback address
PLACE = "127.0.0.1:5000"
SITE = """
from dockwright.deploys import docker_host, images, leaves

docker_host()
images()
leaves()
"""
PACKAGE = """
from dockwright.operations import engine

engine.package(name="a package", packages=["hello"], _sudo=True)
"""
# the box's own files are an image with a whole apt: nothing is bootstrapped
SET_UP = """
set -eu
apt-get -qq update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -qq -y install docker-registry >/dev/null 2>&1
systemctl disable -q --now docker-registry
mkdir -p /etc/hub /srv/hub
cat >/etc/hub/config.yml <<'END'
version: 0.1
storage: {filesystem: {rootdirectory: /srv/hub}}
http: {addr: "127.0.0.1:5000"}
END
systemd-run -q --unit=hub /usr/bin/docker-registry serve /etc/hub/config.yml
tar -C / --one-file-system --exclude=./var/lib/docker --exclude=./var/lib/containerd \\
    --exclude=./srv --exclude=./usr/share/doc --exclude=./usr/share/man \\
    --exclude=./usr/bin/docker* --exclude=./usr/sbin/dockerd \\
    --exclude=./proc/* --exclude=./sys/* --exclude=./dev/* \\
    --exclude=./run/* --exclude=./tmp/* -c . | docker import - debian:bookworm >/dev/null
"""
INSTALL = "RUN apt-get update && apt-get install -y --no-install-recommends"
ANSWER = re.compile(r"the mirror http://\S+ did not answer \([^)]*(?:onnect|esolv)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSite]:
    state = tmp_path_factory.mktemp("nomirror")
    with LAB.up(state):
        made = OwnSite(LAB, state, ())
        made.furnish("box", SITE)
        made.ssh(made.boxes["box"], "sudo sh", stdin=SET_UP)
        made.write({"box": ["beat"]})
        made.data(dockwright_registry=PLACE, dockwright_registry_tls=False)
        made.environment["DOCKWRIGHT_REGISTRY_PASSWORD"] = "pass"
        made.leaf("beat", "job: docker run --stop-timeout 1 beat", "FROM tools", f"CMD {LOOP}")
        with made.one_connection_a_box():
            made.as_planned()
            yield made


@contextmanager
def cut(site: OwnSite) -> Iterator[None]:
    """Whatever is fetched by HTTP is refused, to the box and to what builds there."""
    rule = "-p tcp -m multiport --dports 80,443,3128,8080 -j REJECT"

    def each(word: str) -> None:
        line = f"for chain in OUTPUT FORWARD; do sudo iptables {word} $chain {rule}; done"
        site.ssh(site.boxes["box"], line)

    each("-I")
    try:
        yield
    finally:
        each("-D")


def hello(site: OwnSite, *packages: str) -> None:
    folder = site.folder / "images/hello"
    folder.mkdir(exist_ok=True)
    (folder / "Dockerfile").write_text(f"FROM debian:bookworm\n{INSTALL} {' '.join(packages)}\n")


@pytest.mark.long
def test_a_build_names_the_mirror_and_what_needs_none_goes_on(site: OwnSite) -> None:
    hello(site, "hello")
    (site.folder / "images/beat/Dockerfile").write_text(f"FROM tools\nENV A=b\nCMD {LOOP}\n")
    before = site.started()
    with cut(site):
        done = site.apply()
    assert done.returncode == 1, done.stdout
    said = " ".join((done.stdout + done.stderr).split())
    assert "chain of images: chain images: failed: hello" in said
    assert ANSWER.search(said), done.stdout
    assert "not among the packages" not in said
    # what hangs on no mirror is built, pushed and switched
    assert site.started()["beat.job.1"] != before["beat.job.1"]
    after = site.started()
    site.as_planned()
    assert site.started() == after


@pytest.mark.long
def test_a_package_that_there_is_not_is_not_put_to_the_mirror(site: OwnSite) -> None:
    hello(site, "no-such-package")
    done = site.apply()
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "Unable to locate package no-such-package" in said
    assert "did not answer" not in said
    hello(site, "hello")
    site.as_planned()


@pytest.mark.long
def test_a_box_that_installs_names_the_mirror(site: OwnSite) -> None:
    (site.folder / "package.py").write_text(PACKAGE)
    with cut(site):
        done: subprocess.CompletedProcess[str] = site.dockwright(
            "apply", "inventory.py", "package.py", "--yes"
        )
    assert done.returncode == 1
    assert ANSWER.search(" ".join((done.stdout + done.stderr).split())), done.stdout
    assert site.dockwright("apply", "inventory.py", "package.py", "--yes").returncode == 0
