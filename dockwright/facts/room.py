"""What is left of a box's file systems: where its engine writes, and we do."""

from __future__ import annotations

from collections.abc import Sequence

from dockwright.box.fact import Fact
from dockwright.box.file_system import FileSystem, read
from dockwright.engine.place import USE

# One that hangs (a network's) must not hold up the others: each is asked for by itself.
_SCRIPT = (
    USE
    + r"""
root=
case $state in ready*) root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null) ;; esac
[ -n "$root" ] || root=$(tr ',{}' '\n' </etc/docker/daemon.json 2>/dev/null |
  sed -n 's/^.*"data-root"[^"]*"\([^"]*\)".*$/\1/p' | head -n 1)
root=${root:-/var/lib/docker}
echo "engine $root"
for place in / "$root" /var /var/lib /var/lib/dockwright /var/log /srv /srv/registry \
  /etc /tmp /run; do
  [ ! -d "$place" ] || timeout 10 df -B1024 \
    --output=fstype,size,avail,itotal,iavail,target -- "$place" 2>/dev/null | sed -n 's/^/at /;2p'
done
"""
)


class Room(Fact[tuple[FileSystem, ...]]):
    """The file systems on which engine, registry, settings and temporary files are, each once.

    Example::

        [str(one) for one in host.get_fact(Room)]  # ['/ (ext4): 12 GiB of 20 GiB and … left']
    """

    about = "what is left of its file systems"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> tuple[FileSystem, ...]:
        return ()

    def read(self, lines: Sequence[str]) -> tuple[FileSystem, ...]:
        told = [line.partition(" ") for line in lines]
        engine = next((rest for word, _, rest in told if word == "engine"), "/var/lib/docker")
        return read([rest for word, _, rest in told if word == "at"], engine)
