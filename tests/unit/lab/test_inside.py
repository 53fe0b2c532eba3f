"""What a box has in /etc from its first start, and what the machine reads from there later."""

import os
from pathlib import Path

import pytest

from dockwright.lab import access
from dockwright.lab.box import box_root
from dockwright.lab.inside import hosts_file, network_file, read_inside, resolver_file
from dockwright.lab.settings import LabSettings, make_settings

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKq0 box"


@pytest.fixture
def lab(tmp_path: Path) -> LabSettings:
    made = make_settings("links", ("one",), "bookworm", "192.168.66.0/24", tmp_path)
    access.known_hosts_file(made).parent.mkdir(parents=True)
    return made


def ssh_folder(lab: LabSettings) -> Path:
    folder = box_root(lab, lab.boxes[0]) / "etc/ssh"
    folder.mkdir(parents=True)
    return folder


def known(lab: LabSettings) -> str:
    access.write_known_hosts(lab)
    return access.known_hosts_file(lab).read_text()


def test_a_box_is_known_by_the_key_in_its_root(lab: LabSettings) -> None:
    (ssh_folder(lab) / "ssh_host_ed25519_key.pub").write_text(KEY + "\n")
    assert known(lab).endswith(" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKq0\n")


@pytest.mark.parametrize(
    "text", ["", "root:x:0:0", KEY.replace("ssh-", "@cert-authority *"), "\n\n"]
)
def test_what_is_no_key_is_not_written(lab: LabSettings, text: str) -> None:
    (ssh_folder(lab) / "ssh_host_ed25519_key.pub").write_text(text)
    assert known(lab) == ""


def test_no_link_is_followed_and_no_pipe_waited_for(lab: LabSettings, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "ssh_host_ed25519_key.pub").write_text(KEY)
    folder = ssh_folder(lab)
    public = folder / "ssh_host_ed25519_key.pub"
    public.symlink_to(outside / public.name)
    assert known(lab) == ""
    public.unlink()
    os.mkfifo(public)
    assert known(lab) == ""
    public.unlink()
    folder.rmdir()
    folder.symlink_to(outside)
    assert known(lab) == ""
    folder.unlink()
    folder.mkdir()
    public.mkdir()
    assert known(lab) == ""


def test_no_more_is_read_than_may_be(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b").write_text("x" * 10_000)
    assert read_inside(tmp_path, "a/b", 100) == "x" * 100
    assert read_inside(tmp_path, "a/none") is None
    assert read_inside(tmp_path, "a") is None


def test_files_of_a_box() -> None:
    lab = make_settings()
    assert "Address=192.168.50.10/24\nGateway=192.168.50.1\n" in network_file(lab, lab.boxes[0])
    assert "192.168.50.10\tdocker.vagrant docker\n" in hosts_file(lab.boxes[0])
    assert resolver_file("nameserver 127.0.0.53\nnameserver 10.0.0.2\nsearch a\n") == (
        "nameserver 10.0.0.2\nsearch a\n"
    )
