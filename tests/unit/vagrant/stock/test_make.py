"""A stock box is there whole, or not at all: with stand-ins for the programs that take root.

That such a box comes up is tried by `script/test vagrant`.
"""

import json
import os
import platform
import tarfile
from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.vagrant.stock import make
from dockwright.vagrant.stock.declared import StockBox

BOX = StockBox("trixie", "libvirt", 3)
# the root is its argument before the last one
_MMDEBSTRAP = """#!/bin/sh
[ ! -e "$FAIL" ] || { echo 'E: no such suite' >&2; exit 3; }
while [ $# -gt 2 ]; do shift; done
mkdir -p "$1/etc" "$1/boot/grub" "$1/usr/lib/grub/i386-pc"
head -c 512 /dev/urandom >"$1/usr/lib/grub/i386-pc/boot.img"
echo core >"$1/boot/grub/core.img"
echo nameserver 192.0.2.1 >"$1/etc/resolv.conf"
"""
_QEMU_IMG = '#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\nhead -c 2M "$1" >"$2"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if platform.machine() != "x86_64":
        pytest.skip("made on x86_64 alone")
    programs, folder = tmp_path / "programs", tmp_path / "here"
    for path in (programs, folder, tmp_path / "run"):
        path.mkdir()
    for name, text in (("mmdebstrap", _MMDEBSTRAP), ("qemu-img", _QEMU_IMG)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("FAIL", str(tmp_path / "fail"))
    monkeypatch.setattr("dockwright.lab.commands.RUN_FOLDER", tmp_path / "run")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(make, "KEYRING", programs)
    monkeypatch.setattr(make.lab_apt, "box_sources", lambda suite: f"of {suite}\n")
    monkeypatch.setattr(make.lab_apt, "box_options", list)
    return folder


def test_a_box_is_there_with_nothing_beside_it(folder: Path) -> None:
    said: list[str] = []
    (folder / ".a.box.partial").mkdir()  # of a call that was killed
    (folder / ".a.box.partial/packed").touch()
    make.stock(BOX, folder / "a.box", said.append)
    assert [path.name for path in folder.iterdir()] == ["a.box"]
    with tarfile.open(folder / "a.box") as box:
        assert box.getnames() == ["metadata.json", "Vagrantfile", "box.img"]
        metadata = box.extractfile("metadata.json")
        assert metadata is not None and json.load(metadata)["virtual_size"] == 3
        disk = box.extractfile("box.img")
        assert disk is not None
        start = disk.read()
        assert start[510:512] == b"\x55\xaa"
        assert start[512:517] == b"core\n"
        assert start[(1 << 20) + 0x438 : (1 << 20) + 0x43A] == b"\x53\xef"  # ext4's mark
    assert said[-1].startswith(str(folder / "a.box"))


def test_what_fails_leaves_the_former_box_and_the_log_alone(folder: Path) -> None:
    (folder / "a.box").write_text("former")
    (folder.parent / "fail").touch()
    with pytest.raises(DockwrightError, match="there already"):
        make.stock(BOX, folder / "a.box", print)
    with pytest.raises(DockwrightError, match=r"status 3 \(E: no such suite\).*a\.box\.log"):
        make.stock(BOX, folder / "a.box", print, force=True)
    assert sorted(path.name for path in folder.iterdir()) == ["a.box", "a.box.log"]
    assert (folder / "a.box").read_text() == "former"
    (folder.parent / "fail").unlink()
    make.stock(BOX, folder / "a.box", print, force=True)
    assert tarfile.is_tarfile(folder / "a.box")
    assert [path.name for path in folder.iterdir()] == ["a.box"]


def test_what_can_go_nowhere_is_refused(folder: Path) -> None:
    with pytest.raises(DockwrightError, match="no folder"):
        make.stock(BOX, folder / "none/a.box", print)
    with pytest.raises(DockwrightError, match="a folder; name a file"):
        make.stock(BOX, folder, print, force=True)
    with pytest.raises(DockwrightError, match=r"--with .*: no program"):
        make.stock(BOX, folder / "a.box", print, script=folder / "none")
    assert list(folder.iterdir()) == []
