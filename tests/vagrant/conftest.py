"""Everything that the tier stands on: libvirt, a mirror, a stock box, the checkout as a site."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from dockwright.vagrant.stock.declared import WELL_KNOWN_KEY
from tests.lab.labs.figures import figure
from tests.vagrant import kvm, libvirt_here, stock_box
from tests.vagrant.site import MIRROR, MIRROR_PORT, MIRROR_URL, Site

_PROGRAMS = ("vagrant", "virsh", "libvirtd", "qemu-system-x86_64", "qemu-img", "mmdebstrap",
             "mke2fs", "debugfs", "rsync")  # fmt: skip


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the stock box added, and nothing built; all of it away at the end."""
    path = f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin"
    missing = [name for name in _PROGRAMS if shutil.which(name, path=path) is None]
    if missing:
        pytest.fail(f"{', '.join(missing)}: no such program; run script/install --vagrant")
    folder = tmp_path_factory.mktemp("vagrant")
    folder.chmod(0o755)
    before = libvirt_here.traces()
    began = time.monotonic()
    try:
        with ExitStack() as stack:
            made = Site(folder)
            print(f"logs: {made.logs}")
            with made.step("a stock box and a mirror, made on the spot"):
                at = folder / "stock"
                at.mkdir()
                box = stock_box.make(at, MIRROR_URL, made.do)
                assert _well_known_key().read_text().strip() == WELL_KNOWN_KEY
                made.do("dockwright", "wheelhouse", "wheelhouse")
            if kvm.boots(at / stock_box.KERNEL):
                figure("machines: on KVM")
            else:
                figure("machines: emulated, since KVM boots none here")
                made.emulate()
            stack.enter_context(_mirror(at / "mirror", folder / "mirror.log"))
            stack.enter_context(libvirt_here.libvirt(folder))
            stack.callback(made.run, "vagrant", "destroy", "--force")
            made.do("vagrant", "box", "add", "--name", stock_box.NAME, str(box))
            made.stock = box
            yield made
            with made.step("machines, boxes, volumes, networks, daemons away"):
                made.do("dockwright", "boxes", "destroy")
                stack.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        figure(f"{time.monotonic() - began:6.0f} s  in all")
    assert libvirt_here.traces() == before


def _well_known_key() -> Path:
    found = subprocess.run(
        ["gem", "contents", "vagrant"], capture_output=True, text=True, check=False
    ).stdout.split()
    listed = subprocess.run(["dpkg", "-L", "vagrant"], capture_output=True, text=True, check=False)
    for name in (*found, *listed.stdout.split()):
        if name.endswith("keys/vagrant.pub"):
            return Path(name)
    raise AssertionError("vagrant.pub, Vagrant's well-known key: not in the package vagrant")


@contextmanager
def _mirror(folder: Path, log: Path) -> Iterator[None]:
    subprocess.run(["ip", "address", "replace", f"{MIRROR}/32", "dev", "lo"], check=True)
    try:
        with log.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "http.server", "--bind", MIRROR, "--directory", folder,
                 str(MIRROR_PORT)], stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        try:
            yield
        finally:
            server.terminate()
            server.wait(10)
    finally:
        subprocess.run(["ip", "address", "del", f"{MIRROR}/32", "dev", "lo"], check=True)
