"""A box with Upstart, for tests without root: its files below a folder, its programs stand-ins.

What facts ask and operations do are real scripts, run by a real `sh`; the paths of a box in them
are moved below the folder. `docker` and `dockerd` are shell scripts that keep containers as
files, `initctl` asks the machine, and `sleep` is short.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from typing import Any

from dockwright.box.fact import Fact
from dockwright.commands.declare import Call
from dockwright.commands.script import Script
from dockwright.commands.write import Write
from tests.upstart.machine import Machine

IMAGE = f"sha256:{'a' * 64}"
DOCKER_CONF = """start on runlevel [2345]
stop on runlevel [!2345]
respawn
respawn limit unlimited
exec dockerd
"""
_PLACES = ("/etc/init", "/etc/docker", "/etc/dockwright", "/var/lib/dockwright",
           "/var/log/upstart", "/run/systemd", "/run/docker.sock", "/run/docker.pid")  # fmt: skip
# a container is a file of its name, with the line of its image and arguments
_PROGRAMS = {
    "sleep": "exec /bin/sleep 0.05\n",
    "pidof": "cat $ROOT/engine.pid 2>/dev/null\n",
    "dmesg": "cat $ROOT/dmesg 2>/dev/null\n",
    "stat": '/usr/bin/stat "$@" | sed "s/:$(id -un):$(id -gn)$/:root:root/"\n',
    # what is told to end while leaves are there strikes their containers too
    "dockerd": """[ "$1" != --help ] || exit 0
[ ! -e $ROOT/slow ] || /bin/sleep 1
ending() { ls $ROOT/containers >>$ROOT/struck; rm -f $ROOT/containers/* $ROOT/engine.pid; exit 0; }
trap ending TERM
trap 'echo reloaded; grep -q refused $ROOT/etc/docker/daemon.json &&
  echo level=error refused; :' HUP
echo started
echo $$ >$ROOT/engine.pid
while :; do /bin/sleep 0.02; done
""",
    "docker": """case $1 in -H) shift 2 ;; esac
[ -e $ROOT/engine.pid ] && kill -0 "$(cat $ROOT/engine.pid)" 2>/dev/null || exit 1
case "$1 $2" in
  'ps '* | 'version '*) ;;
  'container ls') ls $ROOT/containers ;;
  'inspect --format')
    shift 3
    for name; do
      printf 'container {"name":"/%s","image":"IMAGE","running":true,' "$name"
      printf '"started":"2026-11-24T12:00:00Z","health":null}\\n'
    done ;;
  'rm --force') rm -f "$ROOT/containers/$3" ;;
  'stop -t')
    [ -e "$ROOT/containers/$4" ] || exit 1
    echo "stop $4" >>$ROOT/told
    echo begun >>$ROOT/stops
    /bin/sleep "$(cat $ROOT/stubborn 2>/dev/null || echo 0.05)"
    echo ended >>$ROOT/stops
    rm -f "$ROOT/containers/$4" ;;
  run*)
    while [ "$1" != --name ]; do shift; done
    name=$2
    ending() {  # a client whose container has ended ends by itself
      [ ! -e "$ROOT/containers/$name" ] || echo "TERM $name" >>$ROOT/told
      rm -f "$ROOT/containers/$name"; exit 143
    }
    trap ending TERM
    echo "$*" >"$ROOT/containers/$name"
    printf '\\033[32m%s\\033[0m started\\n' "$name"
    while [ -e "$ROOT/containers/$name" ] && kill -0 "$(cat $ROOT/engine.pid)" 2>/dev/null; do
      /bin/sleep 0.02
    done ;;
esac
""".replace("IMAGE", IMAGE),
}
_CLIENT = """#!{python} -SE
import json, os, socket, sys
told = socket.socket(socket.AF_UNIX)
told.connect("{socket}")
told.sendall(json.dumps([os.path.basename(sys.argv[0]), sys.argv[1:]]).encode() + b"\\n")
status, said = json.loads(told.makefile().read())
print(said, end="\\n" if said else "", file=sys.stderr if status else sys.stdout)
sys.exit(status)
"""


class Box:
    """A box that runs, on `machine`; what is asked of it and done to it goes through here."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for place in (*_PLACES[:5], "/bin", "/containers", "/run"):
            (root / place[1:]).mkdir(parents=True, exist_ok=True)
        for name, text in _PROGRAMS.items():
            self._program(name, f"#!/bin/sh\nROOT={root}\n{text}")
        client = _CLIENT.format(python=sys.executable, socket=root / "initctl.sock")
        for name in ("initctl", "start", "stop", "restart", "reload", "status"):
            self._program(name, client)
        # one that an engine left when it was killed
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(root / "run/docker.sock"))
        self.env = {"PATH": f"{root}/bin:/usr/bin:/bin", "LC_ALL": "C"}
        self.put("/etc/init/docker.conf", DOCKER_CONF)
        folder = root / "etc/init"
        self.machine = Machine(folder, root / "var/log/upstart", self.env, "1.12.1")

    def _program(self, name: str, text: str) -> None:
        path = self.root / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def path(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def put(self, path: str, text: str) -> None:
        self.path(path).parent.mkdir(parents=True, exist_ok=True)
        self.path(path).write_text(text)
        self.path(path).chmod(0o644)

    def moved(self, script: str) -> str:
        for place in _PLACES:
            script = script.replace(place, f"{self.root}{place}")
        return script

    def sh(self, script: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", self.moved(script)], input=stdin, env=self.env, cwd=self.root,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def follow(self, script: str, said: list[str]) -> subprocess.Popen[str]:
        """Run ``script`` on and on, in a process group of its own; ``said`` gets its lines."""
        process = subprocess.Popen(
            ["sh", "-c", self.moved(script)], env=self.env, cwd=self.root, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

        def listen() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line.rstrip("\n"))

        threading.Thread(target=listen, daemon=True).start()
        return process

    def answer(self, fact: type[Fact[Any]]) -> str:
        """The lines that the fact's script prints."""
        done = self.sh(fact().script())
        assert done.returncode == 0, done.stderr
        return done.stdout.replace(str(self.root), "")

    def fact(self, fact: type[Fact[Any]]) -> Any:
        return fact().read(self.answer(fact).splitlines())

    def do(self, command: Any) -> subprocess.CompletedProcess[str]:
        """Do what an operation yielded; what waits for an engine's API is left out."""
        if isinstance(command, Write):
            self.put(command.path, command.text)
            return subprocess.CompletedProcess([], 0)
        if isinstance(command, Call):
            return subprocess.CompletedProcess([], 0)
        if isinstance(command, Script):
            line = command.command().get_raw_value()
            return self.sh(line.replace("chown 0:0", "true"), command.stdin or "")
        return self.sh(command.get_raw_value())

    def state(self, job: str) -> str:
        found = self.machine.of(job)
        return f"{found.goal}/{found.state}" if found else "stop/waiting"

    def becomes(self, job: str, state: str) -> None:
        self.machine.wait(lambda: self.state(job) == state, 10)
        assert self.state(job) == state

    def containers(self) -> set[str]:
        return {path.name for path in self.path("/containers").iterdir()}

    def lines(self, path: str) -> list[str]:
        """The lines of a file that a stand-in writes; none where it is not there."""
        with suppress(FileNotFoundError):
            return self.path(path).read_text().splitlines()
        return []


@contextmanager
def box() -> Iterator[Box]:
    """A box that has been booted, with an engine as its job docker."""
    # a socket's path may be 107 bytes long
    root = Path(tempfile.mkdtemp(prefix="upstart-"))
    made = Box(root)

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            program, words = json.loads(self.rfile.readline())
            self.wfile.write(json.dumps(made.machine.call(program, words)).encode())

    class Server(ThreadingUnixStreamServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that ended before its answer."""

    server = Server(str(root / "initctl.sock"), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        made.machine.emit("runlevel", "2")
        made.becomes("docker", "start/running")
        made.machine.wait((root / "engine.pid").exists, 5)
        yield made
    finally:
        made.machine.close()
        server.shutdown()
        server.server_close()
        shutil.rmtree(root, ignore_errors=True)
