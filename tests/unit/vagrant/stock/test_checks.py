"""What keeps a machine from making a stock box is one line, before anything is begun."""

from pathlib import Path

from dockwright.vagrant.stock.checks import no_place, trouble


def test_the_package_of_each_missing_program_is_named() -> None:
    assert trouble("x86_64", 0, lambda name: name, True) is None
    said = trouble("x86_64", 0, lambda name: None if name == "qemu-img" else name, False)
    assert said is not None
    assert "qemu-img, /usr/share/keyrings/debian-archive-keyring.gpg missing" in said
    assert said.endswith("run `apt-get install qemu-utils debian-archive-keyring`")


def test_other_machines_and_users_are_refused() -> None:
    assert "this machine is aarch64" in (trouble("aarch64", 0, lambda name: name, True) or "")
    assert "run it with sudo" in (trouble("x86_64", 1000, lambda name: name, True) or "")


def test_where_it_cannot_go() -> None:
    box = Path("boxes/a.box")
    assert no_place(box, 100, False, False) is None
    assert no_place(box, 100, True, True) is None
    assert "no folder boxes" in (no_place(box, None, False, True) or "")
    assert "there already" in (no_place(box, 100, True, False) or "")
    assert "boxes: 1.2 GB free" in (no_place(box, 1.24, True, True) or "")
