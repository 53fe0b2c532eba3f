"""Cleaning a box up, before it is packaged."""

from __future__ import annotations

from dockwright.errors import DockwrightError
from dockwright.operations.declare import Commands, operation
from dockwright.operations.script import Script

_TIDY = """set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -y -o DPkg::Lock::Timeout=300 autoremove --purge >&2
apt-get clean
rm -rf /var/lib/apt/lists/*
[ ! -d /run/systemd/system ] || journalctl --quiet --rotate --vacuum-time=1s
"""

# $1 is a folder, $2 the most MiB to write, $3 the MiB left free, so that what runs meanwhile
# can go on writing.
_ZERO = """
file=$1/.dockwright-zero
if systemd-detect-virt --container --quiet 2>/dev/null; then
  echo "free space is not zeroed: the disk is that of the machine this container runs on"
  exit 0
fi
trap 'rm -f "$file"; sync' EXIT
trap 'exit 1' HUP INT TERM
free=$(df --output=avail --block-size=1M "$1" | tail -n 1)
count=$((free - $3))
[ "$count" -le "$2" ] || count=$2
[ "$count" -gt 0 ] || exit 0
dd if=/dev/zero of="$file" bs=1M count="$count" conv=fsync 2>/dev/null
echo "$count MiB of free space zeroed"
"""


@operation()
def up(zero_mib: int = 65536, spare_mib: int = 256) -> Commands:
    """Remove what a packaged box need not carry, and zero its free space; runs whenever called.

    A box that is a container (a lab's) has no disk of its own: its free space is left alone.

    Args:
        zero_mib: how much is zeroed at most, in MiB; 0 for none.
        spare_mib: how much is left free meanwhile, in MiB.

    Raises:
        DockwrightError: a number below 0.

    Example:
        >>> clean.up()  # doctest: +SKIP
    """
    if zero_mib < 0 or spare_mib < 0:
        raise DockwrightError(f"clean up: {min(zero_mib, spare_mib)} MiB: use 0 or more")
    yield Script("clean up", _TIDY)
    if zero_mib:
        yield Script("zeroing free space", _ZERO, "/", str(zero_mib), str(spare_mib))
