"""What several odd boxes are made odd by, and what is asked of them."""

import base64
from shlex import quote


def program(name: str, *lines: str, folder: str = "/usr/local/bin") -> str:
    """Root's shell line that puts a program of the row's own before the system's in PATH."""
    at = f"{folder}/{name}"
    return f"printf '%s\\n' '#!/bin/sh' {' '.join(map(quote, lines))} >{at}; chmod 755 {at}"


HOSTS = """
from dockwright.operations import hosts

hosts.entries(name="names", entries={"10.9.9.1": ["odd.example"]}, _sudo=True)
"""


def put(path: str, content: bytes) -> str:
    text = base64.b64encode(content).decode()
    return f"mkdir -p {path.rpartition('/')[0]}; echo {text} | base64 -d >{path}"


PATHS = ("/usr/local/bin", "/etc/hosts", "/home/vagrant/.bashrc", "/etc/ssh/sshrc")

ENGINE = "docker -H unix:///var/run/docker.sock"
ENGINE_PATHS = (
    *("/etc/environment", "/root/.docker", "/etc/docker", "/var/lib/dockwright"),
    *("/etc/hosts", "/usr/local/bin"),
)
DEPLOY = """
from pyinfra import host

from dockwright.operations import boot
from dockwright.operations import engine
from dockwright.operations import image
from dockwright.operations import hosts

if host.name == "one":
    engine.config(name="settings", settings={"mtu": 1400}, _sudo=True)
    engine.service(name="service", _sudo=True)
    image.tag(name="tag", source="app:one", target="app:two", _sudo=True)
    boot.job(name="job", leaf="app", present=False, _sudo=True)
hosts.entries(name="names", entries={"10.9.9.1": ["odd.example"]}, _sudo=True)
"""
TAG = "\n".join(line for line in DEPLOY.splitlines() if "engine." not in line)

# Every sshd of the box: who listens, and who serves a connection.
SSHD = (
    'for at in /proc/[0-9]*; do [ "$(cat $at/comm 2>/dev/null)" = sshd ] && echo ${at#/proc/}; done'
)

STOP = f"kill -STOP $({SSHD})"

GO_ON = f"kill -CONT $({SSHD})"

MOST = 75  # seconds, of limits of 5
