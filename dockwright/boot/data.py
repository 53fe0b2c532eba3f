"""What a job keeps its data in: volumes, and folders of the box that it may write."""

import csv
from collections.abc import Iterable, Sequence
from itertools import pairwise

from dockwright.boot.procfile import parse
from dockwright.boot.run_line import read

# what a machine makes anew at each start, sockets among it: nobody's data
_PASSING = ("/dev", "/proc", "/run", "/sys", "/tmp", "/var/run", "/var/tmp")  # noqa: S108


def lasting(sources: Iterable[str]) -> frozenset[str]:
    """Those of some volumes and folders that outlive their machine's next start.

    Example:
        >>> sorted(lasting(["dbdata", "/srv/db", "/run/db", "/var/run/docker.sock"]))
        ['/srv/db', 'dbdata']
    """
    return frozenset(
        one
        for one in sources
        if not any(one == path or one.startswith(f"{path}/") for path in _PASSING)
    )


def data_of(argv: Sequence[str]) -> frozenset[str]:
    """Names of volumes and paths of folders that a ``docker run`` line lets its container write.

    Args:
        argv: what follows the program ``docker``, options under their long names.

    Example:
        >>> sorted(data_of(("run", "--volume", "dbdata:/data", "--volume", "/etc/app:/app:ro")))
        ['dbdata']
    """
    sources = set()
    for option, value in pairwise(argv):
        if option == "--volume" and ":" in value:
            source, _, rest = value.partition(":")
            if "ro" not in rest.partition(":")[2].split(","):
                sources.add(source)
        elif option == "--mount":
            fields = [field.partition("=") for field in next(csv.reader([value]), [])]
            mount = {key.strip().lower(): text for key, _, text in fields}
            source = mount.get("source", mount.get("src", ""))
            read_only = mount.get("readonly", mount.get("ro", "false")) not in ("false", "0")
            if source and not read_only and mount.get("type", "volume") in ("volume", "bind"):
                sources.add(source)
    return frozenset(sources)


def data_of_procfile(procfile: str, source: str) -> frozenset[str]:
    """The same of all lines of a Procfile.

    Args:
        procfile: its text.
        source: what errors call it.

    Raises:
        DockwrightError: it does not parse.

    Example:
        >>> sorted(data_of_procfile("db: docker run -v dbdata:/data db", "Procfile"))
        ['dbdata']
    """
    words = [
        word
        for process in parse(procfile, source)
        for name, value in read(process.command, f"{source}:{process.line}").options
        for word in (f"--{name}", value or "")
    ]
    return data_of(words)
