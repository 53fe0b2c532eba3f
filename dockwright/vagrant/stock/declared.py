"""What a stock box is: its packages, its files, and how each provider of Vagrant takes its disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dockwright.scripts import text
from dockwright.templates import render
from dockwright.vagrant import host_keys

Provider = Literal["libvirt", "virtualbox"]
PROVIDERS: tuple[Provider, ...] = ("libvirt", "virtualbox")
# Everybody has its private half: Vagrant lets itself in by it, and puts another one in its place.
WELL_KNOWN_KEY = (
    "ssh-rsa "
    "AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v"
    "1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8Hfd"
    "OV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEn"
    "DkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9W"
    "hQ== vagrant insecure public key"
)
_PACKAGES = (
    "ca-certificates", "curl", "dbus", "debian-archive-keyring", "e2fsprogs", "grub-common",
    "grub-pc-bin", "ifupdown", "initramfs-tools", "iproute2", "kmod", "libpam-systemd", "netbase",
    "openssh-server", "procps", "python3", "rsync", "sudo", "systemd", "systemd-sysv", "udev",
)  # fmt: skip
# The cloud's kernel has virtio and little else, which is half the size.
_KERNEL = {"libvirt": "linux-image-cloud-amd64", "virtualbox": "linux-image-amd64"}
# ifupdown's client of DHCP: later ones have dhcpcd in the place of ISC's
_OF_SUITE = {"bookworm": ("isc-dhcp-client",), "forky": ("dhcpcd-base", "passwd")}
_LATER = ("dhcpcd-base",)
_MAC = "080027D14C66"  # of VirtualBox's range; Vagrant gives each machine one of its own
# What the boot loader reads; its kernel is the one that Debian's packages keep the link to.
_GRUB = """set timeout=0
linux /vmlinuz root=UUID={uuid} ro net.ifnames=0 console=ttyS0 console=tty0
initrd /initrd.img
boot
"""
_INTERFACES = "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet dhcp\n"
_VAGRANTFILE = {
    "libvirt": 'Vagrant.configure("2") do |config|\nend\n',
    "virtualbox": f'Vagrant.configure("2") do |config|\n  config.vm.base_mac = "{_MAC}"\nend\n',
}


@dataclass(frozen=True)
class StockBox:
    """A stock box as asked for: ``suite`` of Debian, ``disk_gb`` of its disk, in 2**30 bytes.

    ``packages`` are beside those of every one; ``root`` is the UUID of its file system.

    Example:
        >>> StockBox("trixie", "libvirt", 20).file
        'trixie-libvirt.box'
    """

    suite: str
    provider: Provider
    disk_gb: int
    packages: tuple[str, ...] = ()
    root: str = "00000000-0000-4000-8000-000000000000"

    @property
    def file(self) -> str:
        """What it is called where nobody says otherwise."""
        return f"{self.suite}-{self.provider}.box"

    @property
    def image(self) -> str:
        """The file of its disk within the box."""
        return "box.img" if self.provider == "libvirt" else "box.vmdk"

    def all_packages(self) -> tuple[str, ...]:
        """All packages that it is made of, without what these need."""
        own = (_KERNEL[self.provider], *_OF_SUITE.get(self.suite, _LATER))
        return tuple(dict.fromkeys((*_PACKAGES, *own, *self.packages)))

    def files(self, sources: str, options: Sequence[str]) -> dict[str, str]:
        """Texts of files in it, by path from its root.

        Args:
            sources: where its apt finds the distribution.
            options: lines of apt's settings that it takes to get there.

        Example:
            >>> StockBox("trixie", "libvirt", 20).files("", [])["etc/sudoers.d/vagrant"]
            'vagrant ALL=(ALL) NOPASSWD: ALL\\n'
        """
        made = {
            "boot/grub/grub.cfg": _GRUB.format(uuid=self.root),
            "etc/apt/sources.list.d/debian.sources": sources,
            "etc/fstab": f"UUID={self.root} / ext4 noatime,errors=remount-ro 0 1\n",
            "etc/network/interfaces": _INTERFACES,
            "etc/ssh/sshd_config.d/vagrant.conf": "UseDNS no\n",
            "etc/sudoers.d/vagrant": "vagrant ALL=(ALL) NOPASSWD: ALL\n",
            host_keys.UNIT_FILE.lstrip("/"): host_keys.UNIT,
        }
        if options:
            made["etc/apt/apt.conf.d/99dockwright"] = "".join(f"{line}\n" for line in options)
        return made

    def last_files(self) -> dict[str, str]:
        """The same of files that mmdebstrap takes away at its end."""
        host = f"debian-{self.suite}"
        return {
            "etc/hostname": f"{host}\n",
            "etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {host}\n",
            "etc/machine-id": "",  # each machine makes its own
        }

    def inside(self) -> str:
        """The script that is run in its root file system, once its packages and files are there."""
        return text("stock/inside").replace("@KEY@", WELL_KNOWN_KEY).replace(
            "@UNIT@", host_keys.UNIT_FILE
        ).replace("@WANTED@", host_keys.WANTED)  # fmt: skip

    def beside(self, size: int) -> dict[str, str]:
        """Texts of the files that are in the box beside its disk, by name.

        Args:
            size: of the disk's file, in bytes.
        """
        made = {"metadata.json": self._metadata(), "Vagrantfile": _VAGRANTFILE[self.provider]}
        if self.provider == "virtualbox":
            made["box.ovf"] = render(
                "vagrant/box.ovf.j2",
                {
                    "suite": self.suite,
                    "disk": self.image,
                    "size": size,
                    "capacity": self.disk_gb << 30,
                    "mac": _MAC,
                },
            )
        return made

    def _metadata(self) -> str:
        values: dict[str, str | int] = {"provider": self.provider}
        if self.provider == "libvirt":
            values |= {"format": "qcow2", "virtual_size": self.disk_gb}
        return json.dumps(values) + "\n"
