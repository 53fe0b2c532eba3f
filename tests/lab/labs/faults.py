"""Faults while a site is deployed: how each strikes, and what is undone before the next run."""

from collections.abc import Callable
from dataclasses import dataclass

from dockwright import lab
from tests.lab.labs.site_lab import DOCKER, NAME, REGISTRY, SiteLab

UNITS = "/etc/systemd/system"
UPLOADS = "/srv/registry/docker/registry/v2/repositories/projectwiki/_uploads"
IMAGES = "/var/lib/docker/image/overlay2/imagedb"  # the engine's own
# A file system in the place of a folder, with what the folder has, and full. In memory: a box of
# the lab may not mount loop devices.
FULL = """
set -e
size=$(($(du -sk {at} | cut -f1) + 1024))
mkdir -p {at} /var/tmp/mnt; mount -t tmpfs -o size=${{size}}k tmpfs /var/tmp/mnt
cp -a {at}/. /var/tmp/mnt/; chown --reference={at} /var/tmp/mnt; chmod --reference={at} /var/tmp/mnt
cat /dev/zero >/var/tmp/mnt/filling 2>/dev/null || :
mount --bind /var/tmp/mnt {at}; umount /var/tmp/mnt
"""
# Somebody makes room: what was written before and since is there.
EMPTY = """
set -e
rm -f {at}/filling
mount --bind / /var/tmp/mnt; find /var/tmp/mnt{at} -mindepth 1 -delete
cp -a {at}/. /var/tmp/mnt{at}/; umount /var/tmp/mnt; umount -l {at}
"""
CUT = "pkill -KILL -u vagrant -x sshd"
# apt's and dpkg's locks are fcntl's, and end with the process: three seconds after an apt that
# wants it is there
LOCK = (
    'perl -MFcntl -e \'open(my $f, ">>", "/var/lib/dpkg/lock-frontend") or die; '
    'my $lock = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0); fcntl($f, F_SETLK, $lock) or die; '
    "for (1 .. 600) { if (grep { / install / } `ps -C apt-get -o args=`) { sleep 3; exit 0 } "
    "select(undef, undef, undef, 0.1) } exit 1'"
)
KILL_DPKG = (
    "(for turn in $(seq 3000); do pkill -KILL -f '[d]pkg .*--unpack' && exit; sleep 0.01; done; "
    "exit 1)"
)
STRUCK = "/run/fault-struck"  # made by what goes on beside the run, once it did its work


@dataclass(frozen=True)
class Fault:
    """What happens: root's shell on a box, or a call; and what is undone before the next run.

    ``at_once``: before the run begins. ``kills`` the run itself. ``waits``: the run is to go on.
    ``said``: the run meets it in any case, and fails with these words.
    """

    kind: str
    strike: str | Callable[[SiteLab], object] = ""
    undo: str = ""
    box: str = DOCKER
    at_once: bool = False
    kills: bool = False
    waits: bool = False
    said: str = ""


def _reboot(site: SiteLab) -> None:
    lab.reboot(NAME, "docker", site.state)


FAULTS = (
    Fault("dockerd killed", "systemctl kill --signal=KILL docker.service"),
    Fault("box rebooted", _reboot),
    Fault("SSH cut", CUT),
    Fault("controller killed", kills=True),
    # a run that finds it stopping starts it, which cancels the stop
    Fault("registry down", "systemctl stop dockwright-registry.web.1 || :", box=REGISTRY),
    Fault("disk full: units of the box", FULL.format(at=UNITS), EMPTY.format(at=UNITS),
        at_once=True, said="o space left on device"),
    Fault("disk full: the registry's uploads",
        f"{FULL.format(at=UPLOADS)}\nsystemctl restart dockwright-registry.web.1",
        f"{EMPTY.format(at=UPLOADS)}\nsystemctl restart dockwright-registry.web.1",
        box=REGISTRY, at_once=True, said="push"),
    Fault("disk full: the engine's images", FULL.format(at=IMAGES), EMPTY.format(at=IMAGES),
        at_once=True, said="o space left on device"),
    Fault("apt's lock held", LOCK, at_once=True, waits=True),
    Fault("apt interrupted half way", KILL_DPKG, at_once=True),
    Fault("DNS gone", "apt-get clean; mount --bind /dev/null /etc/resolv.conf",
        "umount /etc/resolv.conf", at_once=True, said="resolv"),
)  # fmt: skip
