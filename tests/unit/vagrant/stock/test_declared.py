"""What a stock box is made of, and what each provider finds in it."""

import json
import re
from xml.etree import ElementTree

import pytest

from dockwright.lab.settings import SUITES
from dockwright.vagrant.stock.declared import PROVIDERS, WELL_KNOWN_KEY, StockBox

OVF = "{http://schemas.dmtf.org/ovf/envelope/1}"


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_has_one_kernel_one_dhcp_client_and_what_is_asked_for(
    suite: str, provider: str
) -> None:
    packages = StockBox(suite, provider, 20, ("git", "sudo")).all_packages()  # type: ignore[arg-type]
    assert len([name for name in packages if name.startswith("linux-image")]) == 1
    assert len([name for name in packages if "dhc" in name]) == 1
    assert "git" in packages and packages.count("sudo") == 1


def test_the_loader_and_fstab_mean_the_same_file_system() -> None:
    files = StockBox("trixie", "libvirt", 20, root="1234").files("deb …\n", [])
    assert "root=UUID=1234 " in files["boot/grub/grub.cfg"]
    assert files["etc/fstab"].startswith("UUID=1234 / ext4 ")
    assert "etc/apt/apt.conf.d/99dockwright" not in files
    files = StockBox("trixie", "libvirt", 20).files("", ['Acquire::Retries "3";'])
    assert files["etc/apt/apt.conf.d/99dockwright"] == 'Acquire::Retries "3";\n'


def test_nothing_is_left_to_fill_in_the_script() -> None:
    inside = StockBox("trixie", "libvirt", 20).inside()
    assert re.findall(r"@[A-Z]+@", inside) == []
    assert WELL_KNOWN_KEY in inside


def test_libvirt_is_told_the_size_and_virtualbox_the_machine() -> None:
    libvirt = StockBox("trixie", "libvirt", 7)
    texts = libvirt.beside(123)
    assert list(texts) == ["metadata.json", "Vagrantfile"]
    assert json.loads(texts["metadata.json"]) == {
        "provider": "libvirt",
        "format": "qcow2",
        "virtual_size": 7,
    }
    virtualbox = StockBox("trixie", "virtualbox", 7)
    texts = virtualbox.beside(123)
    assert json.loads(texts["metadata.json"]) == {"provider": "virtualbox"}
    ovf = ElementTree.fromstring(texts["box.ovf"])  # noqa: S314 - our own
    [file], [disk] = ovf.iter(f"{OVF}File"), ovf.iter(f"{OVF}Disk")
    assert (file.get(f"{OVF}href"), file.get(f"{OVF}size")) == (virtualbox.image, "123")
    assert disk.get(f"{OVF}capacity") == str(7 << 30)
    assert disk.get(f"{OVF}fileRef") == file.get(f"{OVF}id")
    [mac] = re.findall(r'base_mac = "(\w+)"', texts["Vagrantfile"])
    assert mac in texts["box.ovf"]
