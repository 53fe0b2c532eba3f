"""What other hands have set stays: the engine's command line, lists in daemon.json, apt's sources.

Real engines are the oracle, of two releases: what a dockerd refuses is asked of it.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dockwright.engine.settings import command_line
from dockwright.site.apt_archive import mirrors
from tests.lab.labs.every_run import rows
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

LABS = {
    "bookworm": OwnLab("handtest", "192.168.67.0/24", suite="bookworm"),
    "trixie": OwnLab("handtrix", "192.168.68.0/24", suite="trixie"),
}
INVENTORY = """
from dockwright import lab

docker_hosts = lab.inventory()
"""
DEPLOY = """
from pyinfra import host

from dockwright.operations import engine

engine.config(name="daemon.json", settings=host.data.get("settings") or {}, _sudo=True)
"""
# a container of other hands, from nothing but the box's own files
SET_UP = """
set -e
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    docker.io $([ "$1" = bookworm ] || echo docker-cli) apparmor >/dev/null 2>&1
mkdir -p /etc/systemd/system/docker.service.d
cat >/etc/systemd/system/docker.service.d/theirs.conf <<'X'
[Service]
Environment="THEIRS=--label owner=them"
ExecStart=
ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock \\
    --data-root=/srv/docker $THEIRS $DOCKER_OPTS
X
echo 'DOCKER_OPTS="--log-driver=journald --log-opt tag={{.Name}} --dns 192.0.2.1"' \
    >>/etc/default/docker
systemctl daemon-reload
systemctl restart docker.service
tar -C / -c usr/bin/sleep lib lib64 usr/lib64 usr/lib/x86_64-linux-gnu/libc.so.6 \
    usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 | docker import - theirs:1 >/dev/null
docker run -d --name theirs theirs:1 /usr/bin/sleep 36000 >/dev/null
docker info -f '{{.LoggingDriver}} {{.DockerRootDir}}'
"""
# each file beside each command line: does dockerd refuse them together?
TOGETHER = [
    ({"log-opts": {"max-size": "10m"}}, "--log-opt max-file=2", True),
    ({"log-driver": "json-file"}, "--log-driver json-file", True),
    ({"log-driver": "json-file"}, "--log-opt max-file=2", False),
    ({"labels": ["a=1"]}, "--label b=2", True),
    ({"hosts": ["unix:///a"]}, "-H unix:///b", True),
    ({"runtimes": {"x": {"path": "/bin/true"}}}, "--add-runtime y=/bin/true", False),
    (
        {"default-ulimits": {"nofile": {"Name": "nofile", "Hard": 10, "Soft": 5}}},
        "--default-ulimit core=1",
        True,
    ),
    ({"dns": ["192.0.2.1"]}, "--dns 192.0.2.2", True),
    ({"storage-opts": ["a=1"]}, "--storage-opt b=1", True),
    ({"debug": True}, "-D", True),
    ({"log-level": "warn"}, "-l info", True),
    ({"insecure-registries": ["192.0.2.1:5000"]}, "--insecure-registry 192.0.2.2:5000", True),
    ({"mtu": 1400}, "--icc=false", False),
]
VENDORS = """
printf 'http://far.example/debian\\tpriority:9\\n%s\\tpriority:1\\n' "$1" >/etc/apt/near.list
cat >/etc/apt/sources.list.d/a-vendor.sources <<'X'
Types: deb
URIs: http://vendor.example/debian
Suites: bookworm trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 -----END PGP PUBLIC KEY BLOCK-----
X
sed -i "0,/^URIs: .*/s##URIs: mirror+file:/etc/apt/near.list#" \\
    /etc/apt/sources.list.d/debian.sources
echo 'deb cdrom:[Debian GNU/Linux 12 _Bookworm_ - Official amd64 #1]/ bookworm main' \
    >/etc/apt/sources.list
"""


class Box(SiteLab):
    """One box whose engine other hands set up."""

    def __init__(self, state: Path, lab: OwnLab) -> None:
        super().__init__(state, lab.name)
        self.address = lab.address("docker")
        (state / "inventory.py").write_text(INVENTORY)
        (state / "deploy.py").write_text(DEPLOY)

    def config(self, **settings: Any) -> dict[str, Any]:
        return self.pyinfra(
            str(self.state / "deploy.py"),
            f"--data=settings={json.dumps(settings)}",
            inventory=str(self.state / "inventory.py"),
        )

    def daemon_json(self) -> Any:
        return json.loads(
            self.ssh(self.address, "sudo cat /etc/docker/daemon.json 2>/dev/null || echo {}")
        )

    def started(self) -> str:
        """Of their container and of the engine itself."""
        return self.ssh(
            self.address,
            "sudo docker inspect -f '{{.Id}} {{.State.StartedAt}} {{.State.Running}}' theirs; "
            "systemctl show -P MainPID docker",
        )


@pytest.fixture(scope="module", params=rows(["bookworm", "trixie"], ["trixie"]))
def theirs(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Box]:
    state = tmp_path_factory.mktemp("hands")
    made = Box(state, LABS[request.param])
    with LABS[request.param].up(state):
        said = made.ssh(made.address, f"sudo sh -s {request.param}", stdin=SET_UP)
        assert said == "journald /srv/docker"
        yield made


def test_log_rotation_is_not_ours_where_its_command_line_says_where_logs_go(theirs: Box) -> None:
    before = theirs.started()
    done = theirs.config()
    assert done["status"] == 0, done["said"]
    assert done["changed"] == []
    assert theirs.daemon_json() == {}
    assert theirs.started() == before


def test_a_clash_is_told_before_anything_is_changed(theirs: Box) -> None:
    before = theirs.started()
    done = theirs.config(labels=["ours=1"], mtu=1400)
    assert done["status"] != 0
    assert '["ours=1"] is asked for' in done["said"]
    assert "--label=owner=them" in done["said"]
    assert theirs.daemon_json() == {}
    assert theirs.started() == before


def test_what_its_command_line_has_already_is_satisfied(theirs: Box) -> None:
    before = theirs.started()
    done = theirs.config(labels=["owner=them"], **{"log-driver": "journald", "dns": ["192.0.2.1"]})
    assert (done["status"], done["changed"]) == (0, [])
    assert theirs.started() == before


def test_lists_are_joined_and_ours_is_taken_back(theirs: Box) -> None:
    theirs.ssh(
        theirs.address,
        "sudo mkdir -p /etc/docker && sudo tee /etc/docker/daemon.json >/dev/null && "
        "sudo systemctl reload docker",
        stdin='{"insecure-registries": ["192.0.2.9:5000"], "shutdown-timeout": 20}',
    )
    before = theirs.started()
    ours = {"insecure-registries": ["192.0.2.20:5000"], "shutdown-timeout": 30}
    done = theirs.config(**ours)
    assert done["status"] == 0, done["said"]
    assert theirs.daemon_json() == {
        "insecure-registries": ["192.0.2.9:5000", "192.0.2.20:5000"],
        "shutdown-timeout": 30,
    }
    trusted = theirs.ssh(
        theirs.address, "sudo docker info -f '{{json .RegistryConfig.IndexConfigs}}'"
    )
    assert {"192.0.2.9:5000", "192.0.2.20:5000"} <= json.loads(trusted).keys()
    assert theirs.config(**ours)["changed"] == []
    done = theirs.config()
    assert done["status"] == 0, done["said"]
    assert theirs.daemon_json() == {
        "insecure-registries": ["192.0.2.9:5000"],
        "shutdown-timeout": 20,
    }
    assert theirs.config()["changed"] == []
    assert theirs.started() == before


@pytest.mark.parametrize(("keys", "line", "refused"), TOGETHER)
def test_dockerd_refuses_together_what_we_take_for_a_clash(
    theirs: Box, keys: dict[str, Any], line: str, refused: bool
) -> None:
    theirs.ssh(theirs.address, "cat >/tmp/d.json", stdin=json.dumps(keys))
    said = theirs.ssh(
        theirs.address,
        "cd /tmp; sudo timeout 3 /usr/sbin/dockerd --config-file /tmp/d.json --data-root /tmp/d "
        "--exec-root /tmp/e --pidfile /tmp/p --bridge none --iptables=false "
        f"{'' if line.startswith('-H') else '-H unix:///tmp/s'} {line} 2>&1",
        check=False,
    )
    assert ("are specified both as a flag and in the configuration file" in said) is refused, said
    found = command_line.values(command_line.flags(line.split()))
    assert bool(found.keys() & keys.keys() - {"runtimes"}) is refused


def test_our_table_of_flags_is_what_dockerd_says_of_itself(theirs: Box) -> None:
    text = theirs.ssh(theirs.address, "/usr/sbin/dockerd --help")
    pattern = r"^ +(?:-(\w), )?--([a-z0-9-]+)( [a-zA-Z-]+)?  "
    found = re.findall(pattern, text, re.MULTILINE)
    assert len(found) > 60
    for short, name, takes in found:
        words = [f"--{name}", "--label=a=b"] if not takes else [f"--{name}", "x", "--label=a=b"]
        keys = command_line.values(command_line.flags(words))
        assert "labels" in keys, name
        if short:
            [flag] = command_line.flags([f"-{short}", *words[1:-1]])
            assert flag.name == f"-{short}"
            assert flag.key == command_line.flags(words)[0].key


def test_the_mirror_of_builds_is_the_distributions_own(theirs: Box) -> None:
    near = theirs.ssh(
        theirs.address, "sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -1"
    )
    theirs.ssh(theirs.address, f"sudo sh -s {near}", stdin=VENDORS)
    from dockwright.facts.apt import AptArchives

    printed = theirs.ssh(theirs.address, "sh", stdin=AptArchives().script())
    main, security = mirrors(AptArchives().read(printed.splitlines()))
    assert main == near
    assert security is not None
    assert security.startswith("http")
    fetched = theirs.ssh(theirs.address, f"curl -sI {main}/dists/stable/InRelease | head -1")
    assert "200" in fetched or "30" in fetched
