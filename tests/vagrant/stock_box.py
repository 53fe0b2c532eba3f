"""A stock box, made by the product's own command: Debian 12, no engine. And what it fetches from.

The packages that its provisioning installs come from a mirror of just these, and the base image
from a tar in the box: under emulation the lists of a whole release take a minute each time they
are read, and bootstrapping takes more than five.
"""

import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from dockwright.lab import apt as lab_apt

NAME = "dockwright-stock"
SUITE = "bookworm"
DISK_GB = 4
KERNEL = "vmlinuz"
BASE_TAR = "/var/cache/base.tar"
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
# It stands before the true one in PATH. What the true one does is tried in lab boxes, every run.
_BOOTSTRAP = f"""#!/bin/sh
# mmdebstrap [OPTION…] {SUITE} TAR SOURCES: the base, as the true mmdebstrap made it today
for last; do case $last in *.tar) tar=$last ;; esac; done
exec cp {BASE_TAR} "$tar"
"""
# What the command's --with runs: the packages of later are fetched, and the mirror of these is the
# one that the box knows.
_LAST = """#!/bin/sh
set -eu
root=$1
{fetch}
mkdir -p "$root/usr/local/bin"
cp -R --preserve=mode {files}/. "$root/"
cp {base} "$root{base_tar}"
rm -f "$root"/etc/apt/sources.list.d/*
systemctl --quiet --root="$root" mask e2scrub_all.timer fstrim.timer
sed -i 's/ ro / ro quiet mitigations=off /' "$root/boot/grub/grub.cfg"
cp -L "$root/vmlinuz" {kernel}
"""


def make(folder: Path, mirror: str, run: Callable[..., str]) -> Path:
    """Make the box in ``folder``, and in its ``mirror`` what it fetches from that URL.

    Args:
        folder: empty; needs about 6 GB.
        mirror: the URL that boxes will have ``folder/mirror/debian`` at.
        run: runs a command as a user types it.
    """
    debs = folder / "debs"
    debs.mkdir()
    base, files, last = folder / "base.tar", folder / "files", folder / "last"
    # without it, usrmerge would bring all of perl: 50 MB that are pushed and pulled
    merged = "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"
    _bootstrap(base, debs, BASE_PACKAGES, TO_BUILD, "minbase", merged)
    _write(files, "etc/dpkg/dpkg.cfg.d/tier", "force-unsafe-io\n")
    _write(files, "etc/apt/apt.conf.d/99tier", _UNSIGNED)
    _write(files, "etc/apt/sources.list", f"deb {mirror}/debian {SUITE} main\n")
    _write(files, "usr/local/bin/mmdebstrap", _BOOTSTRAP)
    (files / "usr/local/bin/mmdebstrap").chmod(0o755)
    last.write_text(
        _LAST.format(
            fetch=_fetch(debs, TO_PROVISION).replace('"$1"', '"$root"'), files=files, base=base,
            base_tar=BASE_TAR, kernel=folder / KERNEL,
        )
    )  # fmt: skip
    last.chmod(0o755)
    box = folder / f"{NAME}.box"
    run("dockwright", "vagrant", "stock", SUITE, "--disk", str(DISK_GB), "--output", str(box),
        "--with", str(last))  # fmt: skip
    _mirror(debs, folder / "mirror/debian")
    return box


def _fetch(debs: Path, packages: tuple[str, ...]) -> str:
    """The shell line of a root, "$1", that fetches packages which are installed later."""
    return (
        'rm -rf "$1"/var/cache/apt/archives/*.deb && chroot "$1" apt-get -qq -y --download-only '
        f"--no-install-recommends --reinstall install {' '.join(packages)} "
        f'&& mv "$1"/var/cache/apt/archives/*.deb {shlex.quote(str(debs))}/'
    )


def _bootstrap(
    target: Path, debs: Path, packages: tuple[str, ...], later: tuple[str, ...], variant: str,
    *options: str,
) -> None:  # fmt: skip
    """A root from this machine's own mirror; the packages that are added to it later go to debs."""
    sources = target.with_suffix(".sources")
    sources.write_text(lab_apt.box_sources(SUITE))
    unsigned = f'printf %s {shlex.quote(_UNSIGNED)} >"$1/etc/apt/apt.conf.d/99tier"'
    argv = ["mmdebstrap", f"--variant={variant}", f"--include={','.join(packages)}",
            *_LEAN,
            *(f"--aptopt={option}" for option in lab_apt.box_options()),
            *options, f"--customize-hook={_fetch(debs, later)}", f"--customize-hook={unsigned}",
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


def _write(root: Path, path: str, text: str) -> None:
    at = root / path
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_text(text)
