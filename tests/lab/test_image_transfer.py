"""Images on their way: other clients, a login that leaves no trace, registries that are down."""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.engine import transfer
from dockwright.engine.client import client
from dockwright.errors import DockwrightError
from dockwright.registry.login import Login
from dockwright.run.inventory import box
from tests.lab.labs.site_lab import DOCKER, PLACE, REGISTRY, ROOT, ZENWEB, SiteLab, inventory_with

pytestmark = pytest.mark.usefixtures("one_connection")
INSTALL = (
    "command -v podman || { sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive "
    "apt-get install -y -qq --no-install-recommends podman; }"
)


@pytest.fixture(scope="module")
def podman_comes(site: SiteLab) -> Iterator["subprocess.Popen[str]"]:
    """Podman is installed meanwhile."""
    installing = site.start_ssh(DOCKER, INSTALL)
    yield installing
    if installing.poll() is None:
        installing.communicate(timeout=300)


def test_the_login_is_in_no_argument_and_nowhere_on_the_boxs_disk(site: SiteLab) -> None:
    credentials = site.credentials()
    password = credentials.partition(":")[2]
    encoded = base64.b64encode(credentials.encode()).decode()
    found = site.ssh(
        DOCKER,
        # the control: the search does find what is there
        "cat >/dev/shm/words; cp /dev/shm/words /var/tmp/control; "
        "sudo grep -rlF -f /dev/shm/words --exclude-dir=overlay2 /var/lib/docker /root /home /etc "
        "/tmp /var/tmp /run/docker /var/log; rm /dev/shm/words /var/tmp/control",
        check=False,
        stdin=f"{password}\n{encoded}\n",
    )
    assert found == "/var/tmp/control"
    assert password not in site.ssh(DOCKER, "ps -eo args; sudo journalctl -o cat | tail -n 5000")


def test_a_push_outlives_a_restart_of_the_registry_and_a_refusal_is_not_tried_again(
    site: SiteLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in site.environment.items():
        monkeypatch.setenv(name, value)
    login = Login(*site.credentials().split(":", 1))
    unit = "dockwright-registry.web.1"
    try:
        with box("docker", str(ROOT / "inventories/lab.py")) as host:
            engine = client(host)
            site.ssh(
                REGISTRY,
                f"sudo systemctl stop {unit}; "
                # a timer is a minute late at the most, if nothing is said
                "sudo systemd-run -q --on-active=3 --timer-property=AccuracySec=100ms "
                f"systemctl start {unit}",
            )
            digest, layers = transfer.push(engine, f"{PLACE}/zenweb", "latest", login)
            assert (digest[:7], layers) == ("sha256:", 0)
            began = time.monotonic()
            with pytest.raises(DockwrightError, match=r"unauthorized|authentication|no basic auth"):
                transfer.push(engine, f"{PLACE}/zenweb", "latest", Login("dockwright", "wrong"))
            assert time.monotonic() - began < sum(transfer.PAUSES[:2])
    finally:
        site.ssh(REGISTRY, f"sudo systemctl start {unit}")


def test_a_pull_falls_to_another_registry_of_the_site_where_one_is_down(
    site: SiteLab, tmp_path: Path
) -> None:
    # the inventory's first would be the main one, were none named
    main = str({"dockwright_registry": PLACE})
    inventory = inventory_with(tmp_path, main, "\nregistry_hosts = _boxes\n")
    unit = "dockwright-registry.web.1"
    try:
        done = site.pyinfra("deploy/site.py", inventory=inventory)
        assert done["status"] == 0, done["said"]
        wanted = site.ssh(DOCKER, "docker image inspect -f '{{.Id}}' zenweb:latest")
        site.ssh(REGISTRY, f"sudo systemctl stop {unit}")
        site.ssh(
            DOCKER,
            "sudo systemctl stop dockwright-zenweb.web.1; "
            f"docker rmi -f $(docker image ls -q --no-trunc zenweb; "
            f"docker image ls -q --no-trunc {PLACE}/zenweb)",
            check=False,
        )
        done = site.pyinfra("deploy/leaves.py", inventory=inventory)
        assert done["status"] == 0, done["said"]
        assert f"registry {PLACE}: " in done["said"]
        assert site.ssh(DOCKER, "docker image inspect -f '{{.Id}}' zenweb:latest") == wanted
        assert site.page(ZENWEB)[0] == 200
        assert site.pyinfra("deploy/leaves.py", inventory=inventory)["changed"] == []
        # what is on the box needs no registry, and a person is told of the one that is down
        alone = site.pyinfra("deploy/leaves.py")
        assert alone["status"] == 0, alone["said"]
        assert f"registry {PLACE}: " in alone["said"]
    finally:
        site.ssh(REGISTRY, f"sudo systemctl start {unit}")
        assert site.pyinfra("deploy/site.py")["status"] == 0
        # its container went on by the name of before, as the image is the same
        site.ssh(DOCKER, "sudo systemctl restart dockwright-zenweb.web.1")
    assert site.page(ZENWEB)[0] == 200
    assert site.pyinfra("deploy/site.py")["changed"] == []


def test_skopeo_and_docker_pull_what_was_pushed(site: SiteLab, tmp_path: Path) -> None:
    certificates, (user, _, password) = site.authority(), site.credentials().partition(":")
    copied = site.run(
        "skopeo", "copy", "--src-cert-dir", str(certificates),
        "--src-creds", site.credentials(), f"docker://{PLACE}/zenweb:latest", f"oci:{tmp_path}/oci",
    )  # fmt: skip
    assert copied.returncode == 0, copied.stderr
    wanted = site.ssh(DOCKER, "docker image inspect -f '{{.Id}}' zenweb:latest")
    # a former build has a tag of its recipe too
    names = site.ssh(DOCKER, "docker image inspect -f '{{json .RepoTags}}' zenweb:latest")
    [recipe] = [tag for tag in json.loads(names) if tag.startswith("zenweb:r-")]
    recipe = recipe.partition(":")[2]
    docker = "DOCKER_CONFIG=$HOME/reg-pull docker"
    try:
        site.ssh(REGISTRY, f"{docker} login -u {user} --password-stdin {PLACE}", stdin=password)
        site.ssh(REGISTRY, f"{docker} pull -q {PLACE}/zenweb:{recipe}")
        assert site.ssh(
            REGISTRY, f"docker image inspect -f '{{{{.Id}}}}' {PLACE}/zenweb:{recipe}"
        ) == wanted  # fmt: skip
    finally:
        site.ssh(REGISTRY, f"docker rmi {PLACE}/zenweb:{recipe}; rm -rf reg-pull", check=False)


@pytest.mark.long  # a client more, which takes a minute to install
def test_podman_pulls_what_was_pushed(site: SiteLab, podman_comes: "subprocess.Popen[str]") -> None:
    user, _, password = site.credentials().partition(":")
    said = podman_comes.communicate(timeout=300)[0]
    assert podman_comes.returncode == 0, said
    podman = "sudo podman --root /var/tmp/p --runroot /var/tmp/pr --storage-driver vfs"
    trusted = f"--authfile /var/tmp/auth.json --cert-dir /etc/docker/certs.d/{PLACE}"
    try:
        site.ssh(
            DOCKER,
            f"sudo podman login {trusted} -u {user} --password-stdin {PLACE}",
            stdin=password,
        )
        site.ssh(DOCKER, f"{podman} pull -q {trusted} {PLACE}/registry:latest")
        layers = "image inspect -f '{{json .RootFS.Layers}}'"
        pulled = site.ssh(DOCKER, f"{podman} {layers} {PLACE}/registry:latest")
    finally:
        site.ssh(DOCKER, "sudo rm -rf /var/tmp/p /var/tmp/pr /var/tmp/auth.json")
    assert pulled == site.ssh(DOCKER, f"docker {layers} registry:latest")
