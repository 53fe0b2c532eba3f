"""A stock box, made on the spot: Debian 12, user vagrant, no engine. And what it fetches from.

The packages that its provisioning installs come from a mirror of just these, and the base image
from a tar in the box: under emulation the lists of a whole release take a minute each time they
are read, and bootstrapping takes more than five.
"""

import json
import os
import shlex
import shutil
import subprocess
import tarfile
from pathlib import Path

from dockwright.lab import apt as lab_apt

NAME = "dockwright-stock"
SUITE = "bookworm"
DISK_GB = 4
_START_MIB = 1
KERNEL = "vmlinuz"
BASE_TAR = "/var/cache/base.tar"
PACKAGES = (
    "ca-certificates", "curl", "dbus", "ifupdown", "initramfs-tools", "iproute2",
    "isc-dhcp-client", "kmod", "libpam-systemd", "linux-image-cloud-amd64", "lz4", "netbase",
    "openssh-server", "procps", "python3", "rsync", "sudo", "systemd", "systemd-sysv",
    "grub-common", "grub-pc-bin", "udev",
)  # fmt: skip
# What the deploys install in a box: operations/engine.package, deploy/provision.sh
TO_PROVISION = ("docker.io", "apparmor", "ca-certificates", "git", "mmdebstrap", "openssl",
                "python3-venv")  # fmt: skip
BASE_PACKAGES = ("ca-certificates", "curl", "gpg", "supervisor")
TO_BUILD = ("nginx", "docker-registry", "ca-certificates", "curl", "gpg", "supervisor")
_LEAN = tuple(
    f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "man", "locale")
)
# The mirror is not signed: it is made anew in each run, and goes with it.
_UNSIGNED = (
    'Acquire::AllowInsecureRepositories "true";\nAPT::Get::AllowUnauthenticated "true";\n'
    'Acquire::Languages "none";\n'
)
_CONSOLE = "root=/dev/vda1 ro quiet net.ifnames=0 mitigations=off console=ttyS0"
_GRUB = f"set timeout=0\nlinux /vmlinuz {_CONSOLE}\ninitrd /initrd.img\nboot\n"
_MODULES = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic", "crc32c_intel")
# It stands before the true one in PATH. What the true one does is tried in lab boxes, every run.
_BOOTSTRAP = f"""#!/bin/sh
# mmdebstrap [OPTION…] {SUITE} TAR SOURCES: the base, as the true mmdebstrap made it today
for last; do case $last in *.tar) tar=$last ;; esac; done
exec cp {BASE_TAR} "$tar"
"""
_CORE = """set -e
grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o /boot/core.img \
  biosdisk part_msdos ext2 normal linux configfile test echo
useradd --create-home --shell /bin/bash vagrant
install -d -o vagrant -g vagrant -m 0700 /home/vagrant/.ssh
systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer
rm -f /etc/resolv.conf
: >/etc/machine-id
"""


def make(folder: Path, mirror: str, vagrant_key: Path) -> Path:
    """Make the box in ``folder``, and in its ``mirror`` what it fetches from that URL.

    Args:
        folder: empty; needs about 6 GB.
        mirror: the URL that boxes will have ``folder/mirror/debian`` at.
        vagrant_key: Vagrant's well-known public key.
    """
    debs = folder / "debs"
    debs.mkdir()
    base, root = folder / "base.tar", folder / "root"
    # without it, usrmerge would bring all of perl: 50 MB that are pushed and pulled
    merged = "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"
    _bootstrap(base, debs, BASE_PACKAGES, TO_BUILD, "minbase", merged)
    _bootstrap(
        root, debs, PACKAGES, TO_PROVISION, "apt",
        "--essential-hook=mkdir -p \"$1/etc/initramfs-tools/conf.d\" && printf "
        "'MODULES=list\\nCOMPRESS=lz4\\n' >\"$1/etc/initramfs-tools/conf.d/tier\" && printf "
        f"'%s\\n' {' '.join(_MODULES)} >\"$1/etc/initramfs-tools/modules\"",
    )  # fmt: skip
    _mirror(debs, folder / "mirror/debian")
    subprocess.run(["chroot", root, "sh", "-c", _CORE], check=True)
    keys = root / "home/vagrant/.ssh/authorized_keys"
    keys.write_bytes(vagrant_key.read_bytes())
    owner = keys.parent.stat()
    os.chown(keys, owner.st_uid, owner.st_gid)
    keys.chmod(0o600)
    _write(root, "etc/sudoers.d/vagrant", "vagrant ALL=(ALL) NOPASSWD: ALL\n")
    _write(root, "etc/ssh/sshd_config.d/vagrant.conf", "UseDNS no\n")
    _write(root, "etc/hostname", "stock\n")
    _write(root, "etc/hosts", "127.0.0.1 localhost\n127.0.1.1 stock\n")
    _write(root, "etc/fstab", "/dev/vda1 / ext4 noatime 0 0\n")
    _write(root, "etc/network/interfaces",
           "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet dhcp\n")  # fmt: skip
    _write(root, "etc/dpkg/dpkg.cfg.d/tier", "force-unsafe-io\n")
    _write(root, "etc/apt/apt.conf.d/99tier", _UNSIGNED)
    (root / "etc/apt/sources.list.d/0000debian.sources").unlink(missing_ok=True)
    _write(root, "etc/apt/sources.list", f"deb {mirror}/debian {SUITE} main\n")
    _write(root, "boot/grub/grub.cfg", _GRUB)
    _write(root, "usr/local/bin/mmdebstrap", _BOOTSTRAP)
    (root / "usr/local/bin/mmdebstrap").chmod(0o755)
    shutil.copy(base, root / BASE_TAR.lstrip("/"))
    shutil.copy(root / "vmlinuz", folder / KERNEL)
    return _pack(folder, root)


def _bootstrap(
    target: Path, debs: Path, packages: tuple[str, ...], later: tuple[str, ...], variant: str,
    *options: str,
) -> None:  # fmt: skip
    """A root from this machine's own mirror; the packages that are added to it later go to debs."""
    sources = target.with_suffix(".sources")
    sources.write_text(lab_apt.box_sources(SUITE))
    fetch = (
        'rm -rf "$1"/var/cache/apt/archives/*.deb && chroot "$1" apt-get -qq -y --download-only '
        f"--no-install-recommends --reinstall install {' '.join(later)} "
        f'&& mv "$1"/var/cache/apt/archives/*.deb {shlex.quote(str(debs))}/'
    )
    unsigned = f'printf %s {shlex.quote(_UNSIGNED)} >"$1/etc/apt/apt.conf.d/99tier"'
    argv = ["mmdebstrap", f"--variant={variant}", f"--include={','.join(packages)}",
            *_LEAN,
            *(f"--aptopt={option}" for option in lab_apt.box_options()),
            *options, f"--customize-hook={fetch}", f"--customize-hook={unsigned}",
            '--customize-hook=rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"',
            SUITE, str(target), str(sources)]  # fmt: skip
    subprocess.run(argv, check=True, capture_output=True, text=True, timeout=900)


def _mirror(debs: Path, at: Path) -> None:
    """Lay ``debs`` out as an archive of the release; unpacked once here, not again in each VM."""
    pool = at / "pool"
    pool.mkdir(parents=True)
    entries = []
    for deb in sorted(debs.glob("*.deb")):
        raw = deb.with_suffix(".raw")
        subprocess.run(["dpkg-deb", "--raw-extract", deb, raw], check=True)
        made = pool / deb.name.replace("%3a", "_")
        subprocess.run(
            ["dpkg-deb", "-Znone", "--build", raw, made], check=True, capture_output=True
        )
        shutil.rmtree(raw)
        control = subprocess.run(["dpkg-deb", "--field", made], check=True, capture_output=True,
                                 text=True).stdout.rstrip()  # fmt: skip
        entries.append(
            f"{control}\nFilename: pool/{made.name}\nSize: {made.stat().st_size}\n"
            f"SHA256: {_sha256(made)}\n"
        )
    for suite, listed in ((SUITE, entries), (f"{SUITE}-updates", [])):
        lists = at / "dists" / suite / "main/binary-amd64/Packages"
        lists.parent.mkdir(parents=True)
        lists.write_text("\n".join(listed))
        _write(
            at,
            f"dists/{suite}/Release",
            f"Suite: {suite}\nCodename: {suite}\nArchitectures: amd64\n"
            "Components: main contrib non-free non-free-firmware\nSHA256:\n"
            f" {_sha256(lists)} {lists.stat().st_size} main/binary-amd64/Packages\n",
        )


def _sha256(path: Path) -> str:
    told = subprocess.run(["sha256sum", path], check=True, capture_output=True, text=True)
    return told.stdout.split()[0]


def _pack(folder: Path, root: Path) -> Path:
    """The disk, without a loop device: the partition is made at its place in a plain file."""
    raw, image = folder / "disk.raw", folder / "box.img"
    with raw.open("wb") as disk:
        disk.truncate(DISK_GB << 30)
    subprocess.run(["sfdisk", "--quiet", raw], input=f"start={_START_MIB}MiB, type=83, bootable\n",
                   text=True, check=True)  # fmt: skip
    size = ((DISK_GB << 10) - _START_MIB) << 10
    subprocess.run(
        ["mke2fs", "-q", "-F", "-t", "ext4", "-O", "^metadata_csum_seed,^orphan_file", "-d", root,
         "-E", f"offset={_START_MIB << 20}", raw, f"{size}k"], check=True,
    )  # fmt: skip
    grub = root / "usr/lib/grub/i386-pc/boot.img"
    with raw.open("r+b") as disk:
        # the boot sector finds the rest of grub in the sector behind it; the table stays
        disk.write(grub.read_bytes()[:440])
        disk.seek(512)
        disk.write((root / "boot/core.img").read_bytes())
    subprocess.run(["qemu-img", "convert", "-O", "qcow2", raw, image], check=True)
    raw.unlink()
    shutil.rmtree(root)
    metadata = {"provider": "libvirt", "format": "qcow2", "virtual_size": DISK_GB}
    _write(folder, "metadata.json", json.dumps(metadata))
    _write(folder, "Vagrantfile", 'Vagrant.configure("2") { |config| }\n')
    box = folder / f"{NAME}.box"
    with tarfile.open(box, "w") as packed:
        for name in ("metadata.json", "Vagrantfile", "box.img"):
            packed.add(folder / name, name)
    image.unlink()
    return box


def _write(root: Path, path: str, text: str) -> None:
    at = root / path
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_text(text)
