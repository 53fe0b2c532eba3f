"""The life of Vagrant's boxes on real Vagrant: one story, told in the order of these tests.

What the machines are is read by ssh, curl and ssh-keyscan, what the boxes are from their disks.
"""

from pathlib import Path

import pytest

from tests.vagrant import box_files, libvirt_here, stock_box
from tests.vagrant.site import DOCKER, REGISTRY, ZENWEB, Site, unchanged

DOCKER_BOX, REGISTRY_BOX = "ubuntu-docker", "ubuntu-docker-registry"
MACHINES = ("docker", "registry")
SECRETS = (
    "etc/dockwright/ca", "etc/dockwright/registry.password", "etc/dockwright/registry/tls.key",
    "etc/dockwright/registry/htpasswd", "etc/dockwright/env", "etc/dockwright/leaves",
    "etc/docker/certs.d", "root/.docker", "home/vagrant/.docker", "home/vagrant/.bash_history",
    "root/.bash_history", "vagrant", "var/lib/dockwright/venv",
)  # fmt: skip


def _volumes(box: str) -> list[str]:
    names = libvirt_here.virsh("vol-list", libvirt_here.POOL).split()[::2]
    return [name for name in names if name.startswith(f"{box}_vagrant_box_image_")]


def _look(site: Site, box: str) -> Path:
    return box_files.read(site.image(box), site.folder.parent / f"files-{box}")


def _secrets(root: Path) -> list[Path]:
    """Files that are secret, or this one machine's; a folder without any may stay."""
    return [
        path for name in SECRETS for path in (root / name, *(root / name).rglob("*"))
        if path.is_file()
    ]  # fmt: skip


@pytest.mark.parametrize("provider", ["libvirt", "virtualbox"])
def test_the_vagrantfile_is_valid(site: Site, provider: str, tmp_path: Path) -> None:
    # all that Vagrant asks VirtualBox before it looks at what is set for it
    there = tmp_path / "VBoxManage"
    there.write_text("#!/bin/sh\necho 7.0.20r163906\n")
    there.chmod(0o755)
    for by in ("host", "guest", "none"):
        said = site.do(
            "vagrant", "validate", VAGRANT_DEFAULT_PROVIDER=provider, DOCKWRIGHT_PROVISION=by,
            PATH=f"{tmp_path}:{site.environment['PATH']}",
        )  # fmt: skip
        assert "Vagrantfile validated successfully." in said


def test_a_stock_box_becomes_a_docker_box_without_a_break(site: Site) -> None:
    with site.step("boxes build docker, from the stock box"):
        site.do("dockwright", "boxes", "build", "docker")
    assert f"{DOCKER_BOX}\tlibvirt" in site.do("dockwright", "boxes", "list")
    assert "built already" in site.do("dockwright", "boxes", "build", "docker")
    assert not (site.folder / f"{DOCKER_BOX}.box").exists()
    root = _look(site, DOCKER_BOX)
    site.seen["packages"], site.seen["contents"] = (
        box_files.packages(root),
        box_files.contents(root),
    )
    site.seen["size"] = site.image(DOCKER_BOX).stat().st_size


def test_a_build_that_is_killed_again_and_again_ends_in_the_same_box(site: Site) -> None:
    former = site.image(DOCKER_BOX).stat().st_mtime
    [stock] = _volumes(stock_box.NAME)
    libvirt_here.virsh("vol-delete", "--pool", libvirt_here.POOL, stock)
    build = ("dockwright", "boxes", "build", "docker")

    with site.step("killed while the stock box is uploaded"):
        running = site.start(*build, "--rebuild")
        running.kill_when("the upload", lambda: bool(_volumes(stock_box.NAME)))
    with site.step("killed while the machine comes up"):
        running = site.start(*build)
        running.kill_when("the boot", lambda: "Waiting for domain to get an IP" in running.said())
        assert f"volume {stock} deleted: half uploaded" in running.said()
    with site.step("killed while packages are installed"):
        running = site.start(*build)
        running.kill_when("apt", lambda: "mmdebstrap: still at it after" in running.said())
    with site.step("killed while the box is packaged"):
        running = site.start(*build)
        running.kill_when("packaging", lambda: "rebasing" in running.said())
    with site.step("called again, to the end"):
        said = site.do(*build)
    # it had gone down: nothing tells whether it came to forgetting its secrets
    assert said.index("1/7 up") < said.index("3/7 clean up") < said.index("4/7 package")
    assert "2/7 provision" not in said
    assert site.image(DOCKER_BOX).stat().st_mtime > former
    assert list(site.home.glob("tmp/*")) == []

    root = _look(site, DOCKER_BOX)
    assert box_files.packages(root) == site.seen["packages"]
    now, then = box_files.contents(root), site.seen["contents"]
    assert {name for name in now.keys() | then.keys() if now.get(name) != then.get(name)} == set()
    size, before = site.image(DOCKER_BOX).stat().st_size, site.seen["size"]
    assert abs(size - before) < 0.05 * before


def test_a_box_carries_nothing_of_the_machine_it_came_from(site: Site) -> None:
    root = site.folder.parent / f"files-{DOCKER_BOX}/root"
    assert _secrets(root) == []
    assert list((root / "etc/ssh").glob("ssh_host_*")) == []
    assert (root / "etc/machine-id").read_text() == ""
    logs = [path for path in (root / "var/log").rglob("*") if path.is_file()]
    assert [path for path in logs if path.stat().st_size] == []
    # well-known, so that the next `vagrant up` is taken in
    key = (root / "home/vagrant/.ssh/authorized_keys").read_text()
    assert "vagrant insecure public key" in key and len(key.splitlines()) <= 2
    assert (root / "usr/sbin/dockerd").exists()
    used = sum(path.stat().st_size for path in root.rglob("*")
               if path.is_file() and not path.is_symlink())  # fmt: skip
    # what clean.up spares in the end, the file system's journal and tables
    left = (32 + 64 + 0.02 * stock_box.DISK_GB * 1024) * 2**20
    assert site.image(DOCKER_BOX).stat().st_size < used + left


def test_a_registry_box_is_built_upon_it(site: Site) -> None:
    with site.step("boxes build registry, upon it"):
        running = site.start("dockwright", "boxes", "build", "registry")
        while running.process.poll() is None and "clean up: pyinfra" not in running.said():
            if not site.keys.get("build_registry"):
                site.keys["build_registry"] = site.host_keys(REGISTRY)
        status, said = running.wait()
    assert status == 0, said[-6000:]
    root = _look(site, REGISTRY_BOX)
    assert _secrets(root) == []
    assert list((root / "etc/ssh").glob("ssh_host_*")) == []
    assert (root / "etc/dockwright/registry/registry.yml").exists()


def test_both_boxes_come_up_and_the_site_is_served(site: Site) -> None:
    with site.step("boxes up: registry and docker, then deploy/site.py"):
        site.do("dockwright", "boxes", "up")
    status, text = site.page(ZENWEB)
    assert (status, "Served by a box that Vagrant brought up." in text) == (200, True)
    assert site.page(f"https://{REGISTRY}:5000/")[0] == 200
    assert site.page(f"https://{REGISTRY}:5000/v2/_catalog")[0] == 401
    running = site.ssh("docker", "docker ps --format '{{.Names}}'")
    assert running.split() == ["zenweb.web.1"]
    assert site.ssh("registry", "hostname") == "registry"
    assert site.ssh("docker", "getent hosts registry.vagrant").split()[0] == REGISTRY
    # the image that the two machines were made from lies in the pool once
    assert len(_volumes(DOCKER_BOX)) == 1


def test_machines_from_one_box_have_host_keys_of_their_own(site: Site) -> None:
    site.keys["docker"], site.keys["registry"] = site.host_keys(DOCKER), site.host_keys(REGISTRY)
    assert all(len(keys) >= 2 for keys in site.keys.values()), site.keys
    together = [key for keys in site.keys.values() for key in keys]
    assert len(together) == len(set(together))
    # a machine that shows another one's is not spoken with
    kept = {
        machine: site.folder / f".vagrant/machines/{machine}/libvirt/known_hosts"
        for machine in MACHINES
    }
    texts = {machine: path.read_text() for machine, path in kept.items()}
    for machine, text in texts.items():
        assert text.split()[2] in site.keys[machine]
    wrong = texts["docker"].replace(texts["docker"].split()[2], texts["registry"].split()[2])
    kept["docker"].write_text(wrong)
    deploy = ("inventories/vagrant.py", "deploy/docker_host.py")
    status, said = site.run("dockwright", "plan", *deploy)
    kept["docker"].write_text(texts["docker"])
    assert status == 1 and f"put its key right in {kept['docker']}" in said
    ids = [site.ssh(machine, "cat /etc/machine-id") for machine in MACHINES]
    assert len(set(ids)) == 2 and all(len(found) == 32 for found in ids)


def test_pyinfra_provisions_running_machines_and_then_changes_nothing(site: Site) -> None:
    for machine in MACHINES:
        site.ssh(machine, "sudo gpasswd --delete vagrant docker && sudo rm /etc/docker/daemon.json")
    typed = ("pyinfra", "inventories/vagrant.py", "deploy/docker_host.py")
    with site.step("pyinfra inventories/vagrant.py deploy/docker_host.py, on drifted machines"):
        assert not unchanged(site.do(*typed, stdin="\n"))
    for machine in MACHINES:
        assert "docker" in site.ssh(machine, "id --name --groups vagrant").split()
        assert "max-size" in site.ssh(machine, "cat /etc/docker/daemon.json")
    with site.step("the same again"):
        assert unchanged(site.do(*typed, stdin="\n"))
    with site.step("deploy/site.py again"):
        assert unchanged(site.do("pyinfra", "-y", "inventories/vagrant.py", "deploy/site.py"))


def test_a_drifted_machine_is_put_right(site: Site) -> None:
    for by in ("vagrant provision", "dockwright vagrant provision"):
        drift = "sudo gpasswd --delete vagrant docker && sudo rm /etc/docker/daemon.json"
        site.ssh("docker", drift)
        with site.step(f"{by} docker, on a drifted machine"):
            site.do(*by.split(), "docker")
        assert "docker" in site.ssh("docker", "id --name --groups vagrant").split()
        assert "max-size" in site.ssh("docker", "cat /etc/docker/daemon.json")


def test_machines_provision_themselves(site: Site) -> None:
    guest = {"DOCKWRIGHT_PROVISION": "guest"}
    for machine in MACHINES:
        site.ssh(machine, "sudo gpasswd --delete vagrant docker")
        site.do("vagrant", "rsync", machine, **guest)
    with site.step("vagrant provision docker and registry, in the guests, side by side"):
        both = [site.start("vagrant", "provision", machine, **guest) for machine in MACHINES]
        said = [running.wait() for running in both]
    for status, text in said:
        assert status == 0 and "provision.sh: pyinfra into" in text, text[-6000:]
    for machine in MACHINES:
        assert "docker" in site.ssh(machine, "id --name --groups vagrant").split()
    with site.step("the same again"):
        both = [site.start("vagrant", "provision", machine, **guest) for machine in MACHINES]
        said = [running.wait() for running in both]
    assert [(status, unchanged(text)) for status, text in said] == [(0, True), (0, True)]


@pytest.mark.parametrize("role", MACHINES)
def test_a_packaged_box_is_as_declared(site: Site, role: str) -> None:
    known_hosts = site.folder / f".vagrant/machines/{role}/libvirt/known_hosts"
    assert known_hosts.exists()
    site.do("dockwright", "boxes", "destroy", role)
    assert not known_hosts.exists()
    with site.step(f"boxes verify {role}"):
        said = site.do("dockwright", "boxes", "verify", role)
    assert f"box of {role}: as declared" in said
    assert len(_volumes(DOCKER_BOX)) == len(_volumes(REGISTRY_BOX)) == 1


def test_vagrant_up_by_hand_provisions(site: Site) -> None:
    with site.step("vagrant up docker, by hand"):
        said = site.do("vagrant", "up", "docker")
    assert unchanged(said)
    assert site.ssh("docker", "docker info --format '{{.Driver}}'") == "overlay2"
