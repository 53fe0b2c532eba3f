"""From two bare boxes to a page: read by curl, git, systemctl, docker and skopeo."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.lab.labs.figures import figure
from tests.lab.labs.site_lab import (
    DOCKER,
    PLACE,
    REGISTRY,
    ZENWEB,
    SiteLab,
    inventory_with,
)

DEPLOYS = ("docker_host", "registry_host", "images", "leaves")


def test_a_dry_run_on_bare_boxes_tells_of_every_step_and_changes_nothing(site: SiteLab) -> None:
    assert site.dry is not None
    assert site.dry.returncode == 0, site.dry.stderr
    for step in ("Docker Engine", "registry: boot job", "chain of images", "zenweb: boot job"):
        assert f"| {step} " in site.dry.stderr
    assert site.bare == ""


@pytest.mark.parametrize("deploy", DEPLOYS)
def test_each_deploy_runs_alone_and_finds_nothing_to_do_the_second_time(
    site: SiteLab, deploy: str
) -> None:
    first = site.first[deploy]
    assert first["status"] == 0, first["said"]
    assert first["changes"] > 0
    again = site.pyinfra(f"deploy/{deploy}.py")
    assert again["status"] == 0, again["said"]
    assert (again["changes"], again["changed"]) == (0, [])
    assert again["operations"] > 0


def test_the_whole_site_is_all_of_them_in_order(site: SiteLab) -> None:
    whole = site.pyinfra("deploy/site.py")
    assert (whole["status"], whole["changes"]) == (0, 0), whole
    deploys = [operation.partition(" | ")[0] for operation in whole["order"]]
    # no box begins with a deploy before all boxes are through with the one before it
    assert list(dict.fromkeys(deploys)) == ["Docker server", "Registry host", "Images", "Leaves"]
    assert len([1 for one, next_ in pairwise(deploys) if one != next_]) == 3


def test_a_docker_server_has_what_it_is_to_have(site: SiteLab) -> None:
    for box in (DOCKER, REGISTRY):
        assert site.ssh(box, "systemctl is-active docker; systemctl is-enabled docker") == (
            "active\nenabled"
        )
        assert "docker" in site.ssh(box, "id -nG vagrant").split()
        assert site.ssh(box, "docker image ls -q debian:bookworm")
        assert json.loads(site.ssh(box, "cat /etc/docker/daemon.json"))["log-opts"]["max-size"]
        assert site.ssh(box, "getent hosts docker.vagrant registry.vagrant").split()[::2] != []
        for name, address in (("docker", DOCKER), ("registry", REGISTRY)):
            assert site.ssh(box, f"getent ahostsv4 {name}.vagrant").startswith(address)


def test_the_first_run_makes_the_base_and_what_the_registry_stands_on_once(site: SiteLab) -> None:
    said = re.sub(r"\x1b\[[0-9;]*m", "", site.first["images"]["said"])
    became = dict(re.findall(r"\] +([a-z-]+) +(built|pulled) ", said.partition("image  ")[2]))
    assert {name for name, what in became.items() if what == "pulled"} == {"my-ubuntu", "registry"}
    assert became["zenweb"] == "built"
    for image in ("debian:bookworm", "my-ubuntu", "registry"):
        ids = {
            site.ssh(box, f"docker image inspect -f '{{{{.Id}}}}' {image}")
            for box in (DOCKER, REGISTRY)
        }
        assert len(ids) == 1, image


def test_what_a_leaf_needs_of_its_box_is_there_and_on_no_other(site: SiteLab) -> None:
    assert site.ssh(DOCKER, "id -u stash; id -g stash; getent passwd stash | cut -d: -f6") == (
        "60801\n60801\n/srv/stash"
    )
    assert site.ssh(DOCKER, "id -u projectwiki; stat -c %u:%g /srv/projectwiki") == (
        "60802\n60802:60802"
    )
    assert site.ssh(DOCKER, "stat -c %a:%u:%g /srv/stash") == "700:60801:60801"
    bare = "sudo git --git-dir /srv/projectwiki rev-parse --is-bare-repository"
    assert site.ssh(DOCKER, bare) == "true"
    assert site.ssh(REGISTRY, "getent passwd stash projectwiki; ls /srv", check=False) == "registry"


def test_zenweb_answers(site: SiteLab) -> None:
    code, text = site.page(ZENWEB)
    assert code == 200
    assert "<title>" in text


def test_the_leaf_is_pinned_by_digest_and_runs_with_little(site: SiteLab) -> None:
    raw = json.loads(site.ssh(DOCKER, "docker inspect zenweb.web.1"))[0]
    unit = site.ssh(DOCKER, "cat /etc/systemd/system/dockwright-zenweb.web.1.service")
    [reference] = set(re.findall(rf"{re.escape(PLACE)}/zenweb@sha256:[0-9a-f]{{64}}", unit))
    # a container goes on by the name it began with, where its image is the same
    assert raw["Image"] == site.ssh(DOCKER, f"docker image inspect -f '{{{{.Id}}}}' {reference}")
    assert raw["HostConfig"]["CapDrop"] == ["ALL"]
    assert raw["HostConfig"]["SecurityOpt"] == ["no-new-privileges"]
    assert raw["HostConfig"]["RestartPolicy"]["Name"] in ("", "no")
    assert raw["Config"]["User"] == "60803:60803"
    ports = raw["HostConfig"]["PortBindings"]["11001/tcp"]
    assert [binding["HostIp"] for binding in ports] == [DOCKER]


def test_every_leaf_answers_and_runs_with_little(site: SiteLab) -> None:
    ports = {"zenweb": 11001, "projectwiki": 10001, "rails": 12001, "stash": 7990}
    for port in ports.values():
        assert site.page(f"http://{DOCKER}:{port}/")[0] == 200
    found = {}
    for box in (DOCKER, REGISTRY):
        for raw in json.loads(site.ssh(box, "docker inspect $(docker ps -q)")):
            name = raw["Name"].strip("/")
            found[name.partition(".")[0]] = raw
            assert raw["HostConfig"]["CapDrop"] == ["ALL"], name
            assert raw["HostConfig"]["SecurityOpt"] == ["no-new-privileges"], name
            assert not raw["HostConfig"]["CapAdd"], name
            assert not raw["HostConfig"]["Privileged"], name
            assert raw["State"]["Health"]["Status"] == "healthy", name
            user, _, group = raw["Config"]["User"].partition(":")
            assert int(user) > 0, name
            assert int(group) > 0, name
            processes = site.ssh(box, f"docker top {name} -o pid,uid").splitlines()[1:]
            assert {line.split()[1] for line in processes} == {user}, name
    assert found.keys() == {*ports, "registry"}


def test_the_registry_has_the_chain_and_asks_for_a_login(site: SiteLab) -> None:
    certificates = site.authority()
    code, _ = site.page(f"https://{PLACE}/v2/_catalog", "--cacert", f"{certificates}/ca.crt")
    assert code == 401
    for image in ("my-ubuntu", "buildessential", "nginx", "ruby", "zenweb", "registry"):
        done = site.run(
            "skopeo", "inspect", "--cert-dir", str(certificates), "--creds", site.credentials(),
            f"docker://{PLACE}/{image}:latest",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["Digest"].startswith("sha256:")
    denied = site.run(
        "skopeo", "inspect", "--cert-dir", str(certificates), "--creds", "dockwright:wrong",
        f"docker://{PLACE}/zenweb:latest",
    )  # fmt: skip
    assert denied.returncode != 0
    assert "unauthorized" in denied.stderr


def test_the_chain_is_built_in_the_order_of_its_from_lines(site: SiteLab) -> None:
    layers = {
        image: json.loads(
            site.ssh(DOCKER, f"docker inspect -f '{{{{json .RootFS.Layers}}}}' {image}")
        )
        for image in ("debian:bookworm", "my-ubuntu", "buildessential", "nginx", "ruby", "rails")
    }
    chain = list(layers.values())
    for parent, child in pairwise(chain):
        assert child[: len(parent)] == parent


def test_what_serves_pages_has_nothing_of_what_made_them(site: SiteLab) -> None:
    look = "for one in {}; do command -v $one; done; dpkg-query -W | wc -l"
    run = "docker run --rm --pull never --network none --entrypoint sh {} -c '{}'"
    words = "gcc make git ruby jekyll nginx curl"
    said = {
        image: site.ssh(DOCKER, run.format(image, look.format(words))).split()
        for image in ("ruby", "zenweb")
    }
    assert {path.rpartition("/")[2] for path in said["zenweb"][:-1]} == {"nginx", "curl"}
    assert {path.rpartition("/")[2] for path in said["ruby"][:-1]} >= {"gcc", "git", "ruby"}
    size = site.ssh(DOCKER, "docker image inspect -f '{{.Size}}' my-ubuntu ruby zenweb").split()
    begins = "docker image inspect -f '{{json .RootFS.Layers}}' "
    below, its = (json.loads(site.ssh(DOCKER, begins + one)) for one in ("my-ubuntu", "zenweb"))
    assert its[: len(below)] == below
    figure(
        f"zenweb: {said['zenweb'][-1]} packages, {int(size[2]) // 10**6} MB; "
        f"ruby, which makes its pages: {said['ruby'][-1]}, {int(size[1]) // 10**6} MB; "
        f"my-ubuntu: {int(size[0]) // 10**6} MB"
    )


def test_root_needs_no_sudo(site: SiteLab, tmp_path: Path) -> None:
    allow = (
        "sudo install -d -m 700 /root/.ssh && sudo cp ~/.ssh/authorized_keys /root/.ssh/ && "
        "echo 'PermitRootLogin prohibit-password' | sudo tee /etc/ssh/sshd_config.d/00-root.conf "
        "&& sudo systemctl reload ssh"
    )
    take_back = (
        "sudo rm -r /etc/ssh/sshd_config.d/00-root.conf /root/.ssh; sudo systemctl reload ssh"
    )
    try:
        for box in (DOCKER, REGISTRY):
            site.ssh(box, allow)
        as_root = inventory_with(tmp_path, str({"ssh_user": "root"}))
        done = site.pyinfra("deploy/site.py", inventory=as_root)
        assert (done["status"], done["changes"]) == (0, 0), done["said"]
    finally:
        for box in (DOCKER, REGISTRY):
            site.ssh(box, take_back)


def test_what_a_person_types_works_beside_it(site: SiteLab) -> None:
    user, _, password = site.credentials().partition(":")
    site.ssh(
        DOCKER,
        f"docker login --username {user} --password-stdin {PLACE}",
        stdin=f"{password}\n",
    )
    site.ssh(
        DOCKER,
        "mkdir -p byhand && cd byhand && printf 'FROM my-ubuntu\\nRUN echo typed >/typed\\n' "
        f">Dockerfile && docker build -q -t x . && docker tag x {PLACE}/x",
    )
    assert "Pushed" in site.ssh(DOCKER, f"docker push {PLACE}/x")
    assert "Layer already exists" in site.ssh(DOCKER, f"docker push {PLACE}/x")
    site.ssh(
        REGISTRY,
        f"docker login --username {user} --password-stdin {PLACE}",
        stdin=f"{password}\n",
    )
    site.ssh(REGISTRY, f"docker pull -q {PLACE}/x")
    assert f"{PLACE}/x" in site.ssh(REGISTRY, "docker images")
    assert site.ssh(REGISTRY, f"docker run --rm --pull=never {PLACE}/x cat /typed") == "typed"
    for box in (DOCKER, REGISTRY):
        site.ssh(box, f"docker logout {PLACE}; docker rmi -f {PLACE}/x x; rm -rf byhand")


def test_an_image_says_which_packages_its_base_lacks_and_what_to_do(site: SiteLab) -> None:
    lines = "FROM my-ubuntu\\nRUN install-packages curl no-such-package-1 no-such-package-2"
    said = site.ssh(DOCKER, f"printf '{lines}' | docker build --no-cache - 2>&1", check=False)
    assert (
        "install-packages: no-such-package-1 no-such-package-2: not among the packages of debian "
        "bookworm; give the chain a base that has them (dockwright_base_image), or leave this "
        "image out"
    ) in said
