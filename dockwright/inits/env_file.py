"""A job's environment file: read alike by systemd's EnvironmentFile= and by a shell's ``.``."""

import re

from dockwright import places
from dockwright.boot.job import Job
from dockwright.errors import DockwrightError
from dockwright.inits.file import File

FOLDER = places.ENVIRONMENTS
# In double quotes both readers take a backslash off these four and off nothing else, and both
# keep a line break (systemd's src/basic/env-file.c; POSIX.1-2017, 2.2.3).
_SPECIAL = re.compile(r'["\\`$]')
# systemd's utf8_is_valid refuses these.
NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)


def env_file(job: Job) -> File:
    """The file of mode 0600 that holds ``job.env``.

    Raises:
        DockwrightError: a value that systemd would leave out; it names the variable alone.

    Example:
        >>> env_file(Job("a", "web", 1, "a", ("run", "a"), (), (("K", "$1"),), 10)).text
        'K="\\\\$1"\\n'
    """
    lines = []
    for name, value in job.env:
        if NONCHARACTER.search(value):
            raise DockwrightError(
                f"env of {job.name}: {name}: has a Unicode noncharacter; encode the value first"
            )
        escaped = _SPECIAL.sub(r"\\\g<0>", value)
        lines.append(f'{name}="{escaped}"\n')
    return File(path_of(job.name), "".join(lines), 0o600)


def path_of(job_name: str) -> str:
    """Where a job (``LEAF.PROCESS.N``) has its environment, if it has any.

    Example:
        >>> path_of("app.web.1")
        '/etc/dockwright/env/app.web.1.env'
    """
    return f"{FOLDER}/{job_name}.env"


def owned(leaf: str, filename: str) -> bool:
    """Whether a file in ``FOLDER`` belongs to ``leaf``.

    Example:
        >>> owned("app", "app.web.1.env"), owned("app", "app-worker.web.1.env")
        (True, False)
    """
    return (
        re.fullmatch(re.escape(leaf) + r"\.[A-Za-z0-9_-]+\.[1-9][0-9]*\.env", filename) is not None
    )
