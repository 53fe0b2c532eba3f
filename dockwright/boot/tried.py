"""A job's container as it is tried in another place: with its data, and nobody outside; pure."""

from __future__ import annotations

from collections.abc import Sequence

from dockwright.boot.flags import FLAGS
from dockwright.errors import DockwrightError

# what is of the job's own box: its ports, its place in a network, and who keeps it up
_OF_BOX = frozenset(
    (
        *("cidfile", "detach", "dns", "expose", "gpus", "interactive", "ip", "ip6"),
        *("link", "link-local-ip", "log-driver", "log-opt", "mac-address", "network"),
        *("network-alias", "publish", "publish-all", "pull", "rm", "tty", "volumes-from"),
    )
)


def tried(argv: Sequence[str], image: str, network: str) -> tuple[str, ...]:
    """What follows the program ``docker`` to run a job's container where it is tried.

    Args:
        argv: the job's, as its unit has it.
        image: what it is made of there.
        network: the one that it is put into, unless it has none.

    Raises:
        DockwrightError: ``argv`` is no job's.

    Example:
        >>> job = ["run", "--rm", "--name", "app.web.1", "--publish", "80:80", "--init", "app", "x"]
        >>> tried(job, "sha256:0a", "drill")[2:]
        ('--network', 'drill', '--name', 'app.web.1', '--init', 'sha256:0a', 'x')
    """
    if tuple(argv[:1]) != ("run",):
        raise DockwrightError(f"{' '.join(argv[:2])}: no docker run; see the unit of the job")
    kept: list[str] = []
    i = 1
    while i < len(argv) and argv[i].startswith("--"):
        flag, equals, value = argv[i][2:].partition("=")
        known = FLAGS.get(flag)
        if known is None:
            raise DockwrightError(f"{argv[i]}: no flag of docker run; see the unit of the job")
        words = 2 if known.takes_value and not equals else 1
        if flag == "network" and "none" in (value, *argv[i + 1 : i + words]):
            network = "none"
        if flag not in _OF_BOX:
            kept += argv[i : i + words]
        i += words
    if i >= len(argv):
        raise DockwrightError(f"{' '.join(argv)}: names no image; see the unit of the job")
    return ("run", "--detach", "--network", network, *kept, image, *argv[i + 1 :])
