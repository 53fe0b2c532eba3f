"""From two bare boxes to a page: read by curl, git, systemctl, docker and skopeo."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.lab.site_lab import (
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
        assert site.ssh(box, "id -u stash; id -g stash; getent passwd stash | cut -d: -f6") == (
            "998\n998\n/srv/stash"
        )
        assert site.ssh(box, "stat -c %a:%u:%g /srv/stash") == "700:998:998"
        assert (
            site.ssh(box, "sudo git --git-dir /srv/projectwiki rev-parse --is-bare-repository")
            == "true"
        )
        assert site.ssh(box, "getent hosts docker.vagrant registry.vagrant").split()[::2] != []
        for name, address in (("docker", DOCKER), ("registry", REGISTRY)):
            assert site.ssh(box, f"getent ahostsv4 {name}.vagrant").startswith(address)


def test_zenweb_answers(site: SiteLab) -> None:
    code, text = site.page(ZENWEB)
    assert code == 200
    assert "<title>" in text


def test_the_leaf_is_pinned_by_digest_and_runs_with_little(site: SiteLab) -> None:
    raw = json.loads(site.ssh(DOCKER, "docker inspect zenweb.web.1"))[0]
    assert raw["Config"]["Image"].startswith(f"{PLACE}/zenweb@sha256:")
    assert raw["HostConfig"]["CapDrop"] == ["ALL"]
    assert raw["HostConfig"]["SecurityOpt"] == ["no-new-privileges"]
    assert raw["HostConfig"]["RestartPolicy"]["Name"] in ("", "no")
    assert raw["Config"]["User"] == "33:33"
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
        for image in ("debian:bookworm", "my-ubuntu", "buildessential", "nginx", "ruby", "zenweb")
    }
    chain = list(layers.values())
    for parent, child in pairwise(chain):
        assert child[: len(parent)] == parent


def test_stopping_a_job_ends_process_1_by_sigterm_and_leaves_no_container(site: SiteLab) -> None:
    unit = "dockwright-zenweb.web.1.service"
    since = site.ssh(DOCKER, "date +%s")
    began = time.monotonic()
    site.ssh(DOCKER, f"sudo systemctl stop {unit}")
    took = time.monotonic() - began
    assert took < 10
    until = site.ssh(DOCKER, "sleep 1; date +%s")
    events = site.ssh(
        DOCKER,
        f"docker events --since {since} --until {until} --filter container=zenweb.web.1 "
        "--filter event=kill --filter event=die --filter event=destroy "
        "--format '{{.Action}} {{.Actor.Attributes.signal}} {{.Actor.Attributes.exitCode}}'",
    ).splitlines()
    assert [event.split()[0] for event in events] == ["kill", "die", "destroy"]
    assert events[0].startswith("kill 15 ")
    assert events[1].endswith(" 0")
    assert site.ssh(DOCKER, "docker ps -aq --filter name=zenweb") == ""
    assert site.ssh(DOCKER, f"systemctl is-active {unit}", check=False) in ("inactive", "failed")
    again = site.pyinfra("deploy/leaves.py")
    assert (again["status"], again["changed"]) == (0, ["Leaves | zenweb: boot job on docker"])
    assert site.page(ZENWEB)[0] == 200


def test_drift_is_put_right_by_the_same_script(site: SiteLab) -> None:
    site.ssh(DOCKER, "sudo sed -i s/max-size/max-sise/ /etc/docker/daemon.json; "
        "sudo chmod 755 /srv/stash; sudo gpasswd -d vagrant docker; "
        "sudo rm /etc/docker/certs.d/*/ca.crt; sudo systemctl disable -q dockwright-zenweb.target; "
        "sudo sed -i '/registry.vagrant/d' /etc/hosts; sudo docker rm -f zenweb.web.1")  # fmt: skip
    done = site.pyinfra("deploy/site.py")
    assert done["status"] == 0, done["said"]
    assert site.pyinfra("deploy/site.py")["changed"] == []
    assert site.ssh(DOCKER, "stat -c %a /srv/stash; id -nG vagrant | grep -ow docker") == (
        "700\ndocker"
    )
    assert site.ssh(DOCKER, "systemctl is-enabled dockwright-zenweb.target") == "enabled"
    assert site.page(ZENWEB)[0] == 200


def test_the_registrys_login_is_put_right_and_changed_by_the_same_script(site: SiteLab) -> None:
    site.ssh(REGISTRY, "echo dockwright:broken | sudo tee /etc/dockwright/registry/htpasswd")
    alone = site.pyinfra("deploy/images.py")
    assert alone["status"] == 1
    assert "refused as user dockwright" in alone["said"]
    done = site.pyinfra("deploy/site.py")
    assert done["status"] == 0, done["said"]
    assert done["changed"] == ["Registry host | registry: login on registry"]
    certificates = ["--cacert", f"{site.authority()}/ca.crt", "--user", site.credentials()]
    assert site.page(f"https://{PLACE}/v2/", *certificates)[0] == 200


def test_a_registry_that_missed_its_new_certificate_is_restarted(site: SiteLab) -> None:
    site.ssh(REGISTRY, "sudo touch /etc/dockwright/registry/tls.crt")
    before = site.ssh(REGISTRY, "docker inspect -f '{{.State.StartedAt}}' registry.web.1")
    done = site.pyinfra("deploy/registry_host.py")
    assert done["changed"] == ["Registry host | registry: takes its new settings on registry"]
    assert site.ssh(REGISTRY, "docker inspect -f '{{.State.StartedAt}}' registry.web.1") != before
    assert site.pyinfra("deploy/registry_host.py")["changed"] == []


def test_environment_and_scale_reach_the_containers_and_no_argument(
    site: SiteLab, tmp_path: Path
) -> None:
    value = "a 'b' $HOME %n #x \\ \nsecond line"
    data = {
        "dockwright_env": {"zenweb": {"TOKEN": value}},
        "dockwright_scale": {"zenweb": {"web": 2}},
    }
    done = site.pyinfra("deploy/leaves.py", inventory=inventory_with(tmp_path, str(data)))
    assert done["status"] == 0, done["said"]
    for job in ("zenweb.web.1", "zenweb.web.2"):
        there = json.loads(site.ssh(DOCKER, f"docker inspect -f '{{{{json .Config.Env}}}}' {job}"))
        assert f"TOKEN={value}" in there
        assert site.ssh(DOCKER, f"sudo stat -c %a /etc/dockwright/env/{job}.env") == "600"
    assert site.page(f"http://{DOCKER}:11002/")[0] == 200
    assert "second line" not in site.ssh(DOCKER, "ps -eo args") + done["said"]
    assert site.pyinfra("deploy/leaves.py")["status"] == 0
    names = site.ssh(DOCKER, "docker ps --filter name=zenweb --format '{{.Names}}'")
    assert names == "zenweb.web.1"
    assert "zenweb" not in site.ssh(DOCKER, "sudo ls /etc/dockwright/env")


def test_a_leaf_that_is_not_declared_any_more_goes(site: SiteLab, tmp_path: Path) -> None:
    others = ["projectwiki", "rails", "stash"]
    fewer = inventory_with(tmp_path, str({"dockwright_leaves": others}))
    done = site.pyinfra("deploy/leaves.py", inventory=fewer)
    assert done["changed"] == ["Leaves | no leaves but those declared on docker"]
    assert (
        site.ssh(
            DOCKER,
            "docker ps -aq --filter name=zenweb; "
            "ls /etc/systemd/system | grep dockwright-zenweb; true",
        )
        == ""
    )
    assert site.ssh(DOCKER, "systemctl is-enabled dockwright-cgroups") == "enabled"
    assert site.pyinfra("deploy/leaves.py", inventory=fewer)["changed"] == []
    # none at all is not the same as nothing said
    none = inventory_with(tmp_path, str({"dockwright_leaves": []}))
    planned = site.run("dockwright", "plan", none, "deploy/leaves.py")
    assert planned.returncode == 2, planned.stderr
    assert all(leaf in planned.stdout for leaf in others)
    assert site.pyinfra("deploy/leaves.py")["status"] == 0
    assert site.page(ZENWEB)[0] == 200


def test_clean_up_runs_when_asked_and_only_then(site: SiteLab) -> None:
    site.ssh(DOCKER, "sudo apt-get update -qq")
    done = site.pyinfra(
        "deploy/docker_host.py", "--limit", "docker", "--data", "dockwright_clean_up=True"
    )
    assert done["changed"] == ["Docker server | clean up before packaging on docker"]
    assert site.ssh(DOCKER, "ls /var/lib/apt/lists /var/cache/apt/archives | grep -c Packages; true"
    ) == "0"  # fmt: skip


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
