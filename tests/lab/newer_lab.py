"""A box of Debian 13 beside the site's of Debian 12: Docker 26 with buildx."""

from pathlib import Path

from dockwright.boxes import lab
from dockwright.boxes.lab_settings import make_settings
from tests.lab import site_lab

_OCTET = int(site_lab.SUBNET.split(".")[2])
NAME, NET = f"{site_lab.NAME}new", f"192.168.{_OCTET + 100}"
BOX = f"{NET}.10"
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
    lab.up(make_settings(NAME, ["docker"], "trixie", f"{NET}.0/24", state), echo=print)
    site_lab.SiteLab(state, NAME).ssh(BOX, BASE)
