"""What Vagrant leaves in libvirt's pools: the disk images of boxes, which machines stand on.

vagrant-libvirt uploads a box to its pool once, and never takes it away again; where it was killed
meanwhile, the next `vagrant up` takes half an image for the whole.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from dockwright.errors import DockwrightError


@dataclass(frozen=True)
class Volume:
    """A volume of a pool; ``size`` is that of its file in bytes, ``upon`` the path it stands on."""

    pool: str
    name: str  # as its pool calls it
    path: str
    size: int
    upon: str = ""

    @classmethod
    def of(cls, pool: str, xml: str) -> Volume:
        """The volume that `virsh vol-dumpxml` describes.

        Example:
            >>> Volume.of("default", "<volume><name>x.img</name></volume>").name
            'x.img'
        """
        root = ElementTree.fromstring(xml)  # noqa: S314 - libvirt's own

        def text(path: str) -> str:
            return (root.findtext(path) or "").strip()

        size = int(text("physical") or text("allocation") or 0)
        return cls(pool, text("name"), text("target/path"), size, text("backingStore/path"))


_IMAGE = "_vagrant_box_image_"
_OURS = f"{_IMAGE}0_"  # a box without a version: one that was packaged, not one of a catalogue


def useless(box: str, images: Mapping[str, int], volumes: Sequence[Volume]) -> list[Volume]:
    """The images of ``box`` that no machine can use: half ones, and those of a former build.

    One that a machine's disk stands on stays, whatever it is.

    Args:
        box: its name.
        images: what Vagrant has of the box: the names of their volumes, and their bytes.
        volumes: all of libvirt's.

    Example:
        >>> half = Volume("default", "mine_vagrant_box_image_0_1700000000_box.img", "/v/mine", 9)
        >>> useless("mine", {half.name: 10}, [half]) == [half]
        True
    """
    in_use = {volume.upon for volume in volumes if volume.upon}
    beginning = _slashless(box)
    return [
        volume
        for volume in volumes
        if volume.path not in in_use
        and volume.name.startswith(f"{beginning}{_IMAGE}")
        and (volume.name in images or volume.name.startswith(f"{beginning}{_OURS}"))
        and images.get(volume.name) != volume.size
    ]


def images_of(box: str) -> dict[str, int]:
    """The volumes that vagrant-libvirt makes of what Vagrant has of a box, and their bytes."""
    home = Path(os.environ.get("VAGRANT_HOME", "~/.vagrant.d")).expanduser()
    folder = home / "boxes" / _slashless(box)
    sizes = {}
    # Vagrant 2.4 has a folder of the architecture between
    for image in folder.glob("*/**/libvirt/box.img"):
        version, stat = image.relative_to(folder).parts[0], image.stat()
        which = f"0_{int(stat.st_mtime)}" if version == "0" else version
        sizes[f"{_slashless(box)}{_IMAGE}{which}_box.img"] = stat.st_size
    return sizes


def _slashless(box: str) -> str:
    return box.replace("/", "-VAGRANTSLASH-")


def volumes() -> list[Volume]:
    """All volumes of all pools that are active.

    Raises:
        DockwrightError: libvirt does not answer.
    """
    entries = []
    for pool in _virsh("pool-list", "--name").split():
        for line in _virsh("vol-list", "--pool", pool).splitlines():
            if line.strip():
                # its path stands behind the name, which may have a space in it
                name = re.split(r"\s{2,}", line.strip())[0]
                entries.append(Volume.of(pool, _virsh("vol-dumpxml", "--pool", pool, name)))
    return entries


def prune(box: str) -> list[str]:
    """Delete what no machine can use of a box's images; the names of what was deleted.

    One that is being uploaded stays: libvirt refuses.

    Raises:
        DockwrightError: libvirt does not answer.

    Example::

        prune("ubuntu-docker")  # ['ubuntu-docker_vagrant_box_image_0_1700000000_box.img']
    """
    deleted = []
    for volume in useless(box, images_of(box), volumes()):
        try:
            _virsh("vol-delete", "--pool", volume.pool, volume.name)
        except DockwrightError as error:
            if "still in use" not in str(error):
                raise
        else:
            deleted.append(volume.name)
    return deleted


def _virsh(*words: str) -> str:
    # as vagrant-libvirt finds it
    uri = os.environ.get("LIBVIRT_DEFAULT_URI", "qemu:///system")
    argv = ["virsh", "--quiet", "--connect", uri, *words]
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
        )
    except FileNotFoundError as error:
        raise DockwrightError("no virsh on this machine; install libvirt-clients") from error
    if done.returncode != 0:
        said = " ".join(done.stderr.split())
        raise DockwrightError(f"virsh {' '.join(words)}: {said}; is libvirtd running?")
    return done.stdout
