"""The checkout as a site of Vagrant's machines, and plain ways to look into them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.lab.labs.figures import figure
from tests.vagrant import libvirt_here, stock_box

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
_NET = os.environ.get("DOCKWRIGHT_TEST_VAGRANT_SUBNET", "192.168.59.0/24").rpartition(".")[0]
DOCKER, REGISTRY = f"{_NET}.10", f"{_NET}.20"
ZENWEB = f"http://{DOCKER}:11001/"
# An address for documentation (RFC 5737): machines and containers reach it by their way out
MIRROR, MIRROR_PORT = "198.51.100.1", 8059
MIRROR_URL = f"http://{MIRROR}:{MIRROR_PORT}"

# What this machine's libguestfs would do in half an hour under emulation: nothing that matters
# here, since our own deploy has cleaned up; and a copy without what was zeroed.
_SHIMS = {
    "virt-sysprep": "#!/bin/sh\nexit 0\n",
    "virt-sparsify": '#!/bin/sh\nset -e\nfor image; do :; done\n'
                     'qemu-img convert -O qcow2 "$image" "$image.sparse"\n'
                     'mv "$image.sparse" "$image"\n',
}  # fmt: skip
_DATA = """
dockwright_leaves = ["zenweb"]
# emulated machines
dockwright_wait_seconds = 600
"""


class Site:
    """The checkout in a folder of its own, with few images, and a Vagrant home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "dockwright-tier"  # the machines are called by its name
        self.home, self.logs = folder / "vagrant.d", folder / "logs"
        self.stock = folder  # the stock box, once it is made
        self.logs.mkdir()
        self.began = time.monotonic()
        # what a test tells a later one: of the first box, and the host keys of each machine
        self.seen: dict[str, Any] = {}
        self.keys: dict[str, set[str]] = {}
        shims = folder / "shims"
        self.environment = {
            **os.environ,
            "PATH": f"{shims}:{BIN}:{os.environ['PATH']}:/usr/sbin:/sbin",
            "VAGRANT_HOME": str(self.home),
            "VAGRANT_DEFAULT_PROVIDER": "libvirt",
            "VAGRANT_CHECKPOINT_DISABLE": "1",
            "TAR_WRITER_OPTIONS": "gzip:compression-level=1",  # of bsdtar, which packs boxes
            "DOCKWRIGHT_BASE_BOX": stock_box.NAME,
            "DOCKWRIGHT_DOCKER_ADDRESS": DOCKER,
            "DOCKWRIGHT_REGISTRY_ADDRESS": REGISTRY,
            "DOCKWRIGHT_DOCKER_MEMORY": "2048",
            "DOCKWRIGHT_REGISTRY_MEMORY": "1536",
            "DOCKWRIGHT_BOOT_TIMEOUT": "1200",
            "DOCKWRIGHT_LIBVIRT_CACHE": "unsafe",
        }
        self._copy_checkout()
        shims.mkdir()
        for name, text in _SHIMS.items():
            (shims / name).write_text(text)
            (shims / name).chmod(0o755)
        self.home.mkdir()
        # Vagrant reads it before the project's
        (self.home / "Vagrantfile").write_text(
            'Vagrant.configure("2") do |config|\n  config.vm.provider :libvirt do |libvirt|\n'
            f'    libvirt.storage_pool_name = "{libvirt_here.POOL}"\n  end\nend\n'
        )

    def emulate(self) -> None:
        """Let the machines be emulated, where KVM can't boot one."""
        self.environment |= {
            "DOCKWRIGHT_LIBVIRT_DRIVER": "qemu",
            "DOCKWRIGHT_LIBVIRT_CPU_MODE": "maximum",
        }

    def _copy_checkout(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.split("\0")  # fmt: skip
        for name in filter(None, listed):
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        images, few = self.folder / "images", ROOT / "tests/vagrant/images"
        for image in [path for path in images.iterdir() if path.is_dir()]:
            if image.name not in ("my-ubuntu", "registry"):
                shutil.rmtree(image)
        shutil.copytree(few, images, dirs_exist_ok=True)
        (images / "nginx").mkdir()
        for name in ("nginx/nginx.conf", "zenweb/zenweb.conf", "zenweb/Procfile"):
            shutil.copy(ROOT / "images" / name, images / name)
        # upon my-ubuntu: of the chain there only what the pages need to be served
        nginx = (ROOT / "images/nginx/Dockerfile").read_text()
        (images / "nginx/Dockerfile").write_text(
            nginx.replace("FROM buildessential", "FROM my-ubuntu")
        )
        with (self.folder / "inventories/group_data/all.py").open("a") as data:
            data.write(_DATA)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Note how long it takes, for the end of the run and at once."""
        began = time.monotonic()
        ended = "failed"
        try:
            yield
            ended = "done"
        finally:
            now = time.monotonic()
            told = f"{now - self.began:6.0f} s  {what}: {now - began:.0f} s, {ended}"
            figure(told)
            with (self.logs / "steps").open("a") as log:
                log.write(f"{told}\n")

    def start(self, *argv: str, stdin: str | None = None, **environment: str) -> "Running":
        return Running(self, argv, stdin, environment)

    def run(self, *argv: str, stdin: str | None = None, **environment: str) -> tuple[int, str]:
        """Run a command as a user types it; its status, and all that it wrote."""
        return self.start(*argv, stdin=stdin, **environment).wait()

    def do(self, *argv: str, stdin: str | None = None, **environment: str) -> str:
        """Run a command that is to succeed."""
        status, said = self.run(*argv, stdin=stdin, **environment)
        assert status == 0, f"{' '.join(argv)}:\n{said[-6000:]}"
        return said

    def ssh(self, machine: str, line: str) -> str:
        """`vagrant ssh MACHINE -c LINE`, through python-vagrant."""
        from vagrant import Vagrant

        asked = Vagrant(root=str(self.folder), env=self.environment)
        return str(asked.ssh(vm_name=machine, command=line, extra_ssh_args="-q")).strip()

    def host_keys(self, address: str) -> set[str]:
        """The public host keys that an address shows to anybody."""
        done = subprocess.run(["ssh-keyscan", "-T", "30", address], capture_output=True, text=True,
                              check=False)  # fmt: skip
        return {line.split()[2] for line in done.stdout.splitlines() if line[0] != "#"}

    def page(self, url: str) -> tuple[int, str]:
        done = subprocess.run(
            ["curl", "--silent", "--insecure", "--noproxy", "*", "--max-time", "60",
             "--write-out", "\n%{http_code}", url], capture_output=True, text=True, check=False,
        )  # fmt: skip
        text, _, code = done.stdout.rpartition("\n")
        return int(code), text

    def image(self, box: str) -> Path:
        """The disk image of a box as Vagrant has it."""
        return self.home / "boxes" / box / "0/libvirt/box.img"


class Running:
    """A command in a process group of its own, whose output goes to a file as well."""

    def __init__(
        self, site: Site, argv: tuple[str, ...], stdin: str | None, environment: dict[str, str]
    ) -> None:
        self._log = (
            site.logs / f"{len(list(site.logs.iterdir())):02}-{Path('-'.join(argv[:4])).name}.log"
        )
        with self._log.open("wb") as log:
            log.write(f"$ {' '.join(argv)}\n".encode())
            log.flush()
            self.process = subprocess.Popen(
                argv, cwd=site.folder, env={**site.environment, **environment},
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        if stdin is not None:
            assert self.process.stdin is not None
            self.process.stdin.write(stdin.encode())
            self.process.stdin.close()

    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def wait(self) -> tuple[int, str]:
        try:
            status = self.process.wait(3000)
        finally:
            if self.process.poll() is None:
                self.kill()
        return status, self.said()

    def kill_when(self, what: str, seen: Callable[[], bool]) -> None:
        """Kill it with all that it started, as soon as something is ``seen``."""
        while not seen():
            assert self.process.poll() is None, f"ended before {what}:\n{self.said()[-6000:]}"
            time.sleep(0.1)
        self.kill()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def unchanged(said: str) -> bool:
    """Whether pyinfra's closing table says that nothing was changed.

    Its columns: operations, changed, failed and none of these, by host and in all.
    """
    total = re.findall(r"Grand total\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)", said)
    assert total, said[-3000:]
    _, changed, failed, _ = total[-1]
    return (changed, failed) == ("-", "-")
