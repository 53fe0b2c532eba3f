"""A box of Debian 13 beside the site's of Debian 12: Docker 26 with buildx."""

from pathlib import Path

from dockwright import lab
from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.site_lab import SiteLab

LAB = OwnLab("newer", "192.168.65.0/24", suite="trixie")
BOX = LAB.address("docker")
# All of an image that the chain needs, from the box's own busybox.
BASE = """
set -eu
sudo apt-get update -qq
sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \\
  docker.io docker-cli docker-buildx apparmor busybox-static
sudo usermod -aG docker vagrant
mkdir -p base/bin base/tmp base/run
cp /bin/busybox base/bin/
for name in sh cat cp echo false ls sha256sum sleep true; do ln -sf busybox base/bin/$name; done
tar -C base -c . | sudo docker import - debian:bookworm
"""


def stand_up(state: Path) -> None:
    """The box, with its engine and that image."""
    lab.up(LAB.settings(state), echo=print)
    SiteLab(state, LAB.name).ssh(BOX, BASE)
