"""What each look of the CIS benchmark is to see: one thing broken on a box, and mended again.

Three kinds: a container beside those of the site with one thing wrong; an engine beside the box's
own, told otherwise; and files, accounts, packages and images of the box.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from shlex import quote

_KEPT = "/root/kept"
_DAEMON = "/etc/docker/daemon.json"
_UNIT = "/lib/systemd/system/docker"
# Where `_ENGINE` is asked.
SOCKET = "unix:///run/mutant.sock"


@dataclass(frozen=True)
class Mutation:
    """Lines for root's shell that break one thing and mend it; ``sees`` is in what the look says.

    ``of_engine``: the look asks the engine of `ENGINE`.
    """

    breaks: str
    mends: str
    sees: str
    of_engine: bool = False


@dataclass(frozen=True)
class Container:
    """A container as it is to be, but for ``options`` and what of its usual ones it is ``without``.

    ``also`` are ids whose looks see it as well, since it is wrong in their way too.
    """

    options: str = ""
    without: str = ""
    also: tuple[str, ...] = ()
    image: str = "$(docker inspect -f '{{.Image}}' zenweb.web.1)"
    command: str = "sleep 900"
    sees: str = ""  # where the look names no container

    def run(self, name: str) -> str:
        """The line that runs it as ``name``."""
        usual = " ".join(option for option in _USUAL if option != self.without)
        assert not self.without or self.without in _USUAL, self
        return f"docker run -d --name {name} {usual} {self.options} {self.image} {self.command}"


_HEALTH = "--health-cmd true --health-interval 1h"
_USUAL = (
    "--pull never", "--user 60810:60810", "--cap-drop ALL", "--security-opt no-new-privileges",
    "--read-only", "--memory 32m", "--pids-limit 16", _HEALTH,
)  # fmt: skip
# An engine of its own that does most things otherwise. Nothing of it touches the box's.
ENGINE = (
    'echo \'{"defaultAction": "SCMP_ACT_ALLOW"}\' >/run/mutant.json; '
    # not the box's own settings: an engine with icc false starts with iptables alone
    # a bridge of its own: an engine without one takes docker0 away
    "ip link add mutant0 type bridge; ip address add 10.254.254.1/24 dev mutant0; "
    "echo '{}' >/run/mutant-daemon.json; systemctl reset-failed mutant-engine 2>/dev/null; "
    "systemd-run --quiet --unit mutant-engine dockerd --config-file /run/mutant-daemon.json "
    f"--debug --log-level=debug -H {SOCKET} "
    "-H tcp://127.0.0.1:2399 --tls=false --data-root /var/lib/mutant --exec-root /run/mutant "
    "--pidfile /run/mutant.pid --containerd /run/containerd/containerd.sock "
    "--containerd-namespace mutant --containerd-plugins-namespace mutant-plugins --bridge mutant0 "
    "--iptables=false --ip-forward=false --insecure-registry mutant:5000 --storage-driver vfs "
    "--seccomp-profile /run/mutant.json --experimental --cgroup-parent /mutant; "
    f"for _ in $(seq 100); do docker -H {SOCKET} version >/dev/null 2>&1 && break; sleep 0.2; done"
)
NO_ENGINE = (
    f"docker -H {SOCKET} swarm leave --force >/dev/null 2>&1; systemctl stop mutant-engine; "
    "ip link delete docker_gwbridge 2>/dev/null; ip link delete mutant0 2>/dev/null; "
    "rm -rf /var/lib/mutant /run/mutant*"
)


def _engine(sees: str, breaks: str = "true") -> Mutation:
    return Mutation(breaks, "true", sees, of_engine=True)


def _file(path: str, breaks: str, mends: str, sees: str = "") -> Mutation:
    return Mutation(f"f={path}; {breaks}", f"f={path}; {mends}", sees or path)


def _owner(path: str) -> tuple[Mutation, ...]:
    return (
        _file(path, f"stat -c %U $f >{_KEPT}; chown nobody $f", f"chown $(cat {_KEPT}) $f"),
        _file(path, f"stat -c %G $f >{_KEPT}; chgrp nogroup $f", f"chgrp $(cat {_KEPT}) $f"),
    )


def _mode(path: str) -> tuple[Mutation, ...]:
    return (_file(path, f"stat -c %a $f >{_KEPT}; chmod o+w $f", f"chmod $(cat {_KEPT}) $f"),)


def _setting(key: str, value: str) -> Mutation:
    """A setting of the engine in its file, which it reads when it starts next."""
    added = f'"{key}": {value}'
    return _file(
        _DAEMON, f"cp -p $f {_KEPT}; sed -i '0,/{{/s|{{|{{ {added},|' $f", f"cp -p {_KEPT} $f", key
    )


def _line(path: str, line: str, sees: str) -> Mutation:
    return _file(path, f"echo {quote(line)} >$f", "rm $f", sees)


def _image(sees: str, made: str = "", by: str = "CMD true", env: str = "A=b") -> Mutation:
    """An image of an empty layer, as an engine loads it."""
    created = made or "$(date -u +%FT%TZ)"
    layer = hashlib.sha256(bytes(10240)).hexdigest()
    config = {
        "architecture": "amd64", "os": "linux", "created": "@", "rootfs": {"type": "layers",
        "diff_ids": [f"sha256:{layer}"]}, "history": [{"created": "@", "created_by": by}],
        "config": {"Env": [env], "Labels": {"dockwright.image": "mutant"}},
    }  # fmt: skip
    manifest = [{"Config": "c.json", "RepoTags": ["mutant:1"], "Layers": ["layer.tar"]}]
    return Mutation(
        f"d=$(mktemp -d); head -c 10240 /dev/zero >$d/layer.tar; "
        f'printf %s {quote(json.dumps(config))} | sed "s/@/{created}/g" >$d/c.json; '
        f"printf %s {quote(json.dumps(manifest))} >$d/manifest.json; "
        "tar -C $d -c . | docker load; rm -r $d",
        "docker rmi mutant:1",
        sees,
    )


_CERTIFICATE = "$(find /etc/docker/certs.d -type f | head -n 1)"
_GROUP = (
    "$([ $(docker info -f '{{.CgroupDriver}}') = systemd ] && echo mutant.slice || echo /mutant)"
)
_TMPFS = "mount -t tmpfs none"

OF_THE_BOX: dict[str, tuple[Mutation, ...]] = {
    "1.1.2": (Mutation("gpasswd -a nobody docker", "gpasswd -d nobody docker", "nobody"),),
    "1.2.2": (
        _file("/var/lib/dpkg/status",
              f"cp -p $f {_KEPT}; sed -i '/^Package: runc$/,/^$/s/^Version: .*/Version: 1.0.0/' $f",
              f"cp -p {_KEPT} $f", "Inst runc"),
        _line("/etc/apt/sources.list.d/mutant.list", "deb http://127.0.0.1:9/none none main",
              "did not answer"),
    ),
    "2.2": (_setting("icc", "true"),),
    "2.3": (_engine("Debug Mode: true"), _engine("log-level=debug"),
            _setting("log-level", '"debug"')),
    "2.4": (_engine("iptables=false"), _setting("iptables", "false")),
    "2.5": (_engine("mutant:5000"),),
    "2.6": (_engine("vfs"),),
    "2.7": (_engine("dockerd"),),
    "2.10": (_engine("cgroup-parent"), _setting("cgroup-parent", '"/mutant"')),
    "2.11": (_setting("storage-opts", '["size=1G"]'),),
    "2.17": (_engine("profile=/run/mutant.json"),),
    "2.18": (_engine("true"),),
    "3.1": _owner(f"{_UNIT}.service"),
    "3.2": _mode(f"{_UNIT}.service"),
    "3.3": _owner(f"{_UNIT}.socket"),
    "3.4": _mode(f"{_UNIT}.socket"),
    "3.5": _owner("/etc/docker"),
    "3.6": _mode("/etc/docker"),
    "3.7": _owner("/etc/docker/certs.d"),
    "3.8": (_file(_CERTIFICATE, f"stat -c %a $f >{_KEPT}; chmod o+w $f",
                  f"chmod $(cat {_KEPT}) $f", "/etc/docker/certs.d/"),),
    "3.15": _owner("/run/docker.sock"),
    "3.16": _mode("/run/docker.sock"),
    "3.17": _owner(_DAEMON),
    "3.18": _mode(_DAEMON),
    "3.19": _owner("/etc/default/docker"),
    "3.20": _mode("/etc/default/docker"),
    "3.21, 3.22": (Mutation("mkdir /etc/sysconfig; touch /etc/sysconfig/docker",
                            "rm -r /etc/sysconfig", "/etc/sysconfig/docker"),),
    "3.23": _owner("/run/containerd/containerd.sock"),
    "3.24": _mode("/run/containerd/containerd.sock"),
    "4.2": (Mutation("docker tag zenweb hub.example/mutant", "docker rmi hub.example/mutant",
                     "hub.example/mutant"),),
    "4.4": (_image("years ago", made="2019-01-01T00:00:00Z"),),
    "4.7": (_image("apt-get update", by="RUN apt-get update"),),
    "4.9": (_image("ADD", by="ADD site /srv/www"),),
    "4.10": (_image("API_TOKEN", env="API_TOKEN=hunter2"),),
    "4.11": (
        _line("/etc/apt/sources.list.d/mutant.list", "deb [trusted=yes] http://m.example x main",
              "trusted=yes"),
        _line("/etc/apt/apt.conf.d/mutant", 'APT::Get::AllowUnauthenticated "true";',
              "AllowUnauthenticated"),
    ),
    "5.1": (_engine("active", f"docker -H {SOCKET} swarm init --advertise-addr 127.0.0.1"),),
    # the lab's kernel has none: as on one that has it, and containers without a profile
    "5.2": (Mutation(f"{_TMPFS} /sys/kernel/security && mkdir /sys/kernel/security/apparmor",
                     "umount /sys/kernel/security", "zenweb.web.1"),),
}  # fmt: skip

CONTAINERS: dict[str, tuple[Container, ...]] = {
    "4.1": (Container(without="--user 60810:60810", options="--user root"),
            Container(without="--user 60810:60810", options="--user 0:60810")),
    "4.6": (Container("--no-healthcheck", without=_HEALTH, also=("5.27",)),),
    "5.4": (Container(without="--cap-drop ALL"), Container(options="--cap-add NET_ADMIN"),
            Container(without="--cap-drop ALL", options="--cap-drop CHOWN")),
    "5.5": (Container("--privileged"),),
    "5.6": (Container("-v /etc:/x:ro"), Container("-v /usr/share:/x:ro"),
            Container("-v /:/x:ro", also=("5.32",))),
    "5.7": (Container(command="bash -c 'exec -a sshd sleep 900'", sees="sshd"),),
    "5.8": (Container("-p 127.0.0.1:81:81"),),
    "5.9": (Container("-P"),),
    "5.10": (Container("--network host"),),
    "5.11": (Container(without="--memory 32m"),),
    "5.13": (Container(without="--read-only"),),
    "5.14": (Container("-p 8123:8123"), Container("-p 0.0.0.0:8124:8124")),
    "5.16": (Container("--pid host"),),
    "5.17": (Container("--ipc host"),),
    "5.18": (Container("--device /dev/null"),),
    "5.19": (Container("--ulimit nofile=64:64"),),
    "5.20": (Container(f"$(mkdir -p /srv/mutant && {_TMPFS} /srv/mutant && "
                       "mount --make-shared /srv/mutant) -v /srv/mutant:/x:shared"),),
    "5.21": (Container("--uts host"),),
    "5.22": (Container("--security-opt seccomp=unconfined"),),
    "5.25": (Container(f"--cgroup-parent {_GROUP}"),),
    "5.26": (Container(without="--security-opt no-new-privileges"),
             Container(without="--security-opt no-new-privileges",
                       options="--security-opt no-new-privileges=false")),
    "5.27": (Container("--no-healthcheck", without=_HEALTH, also=("4.6",)),),
    "5.28": (Container(image="zenweb"),),
    "5.29": (Container(without="--pids-limit 16"),
             Container(without="--pids-limit 16", options="--pids-limit -1")),
    "5.31": (Container("--userns host"),),
    "5.32": (Container("-v /run/docker.sock:/x"), Container("-v /run:/x:ro")),
}  # fmt: skip
NO_SHARE = "umount /srv/mutant; rmdir /srv/mutant"
