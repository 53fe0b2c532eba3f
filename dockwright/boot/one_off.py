"""A run of one's own in what a job has: its image, environment, volumes and limits; pure."""

from collections.abc import Sequence

from dockwright.boot.flags import FLAGS
from dockwright.errors import DockwrightError

# Of these a box has one of each, and the job that runs has it.
_ITS_OWN = frozenset(
    (
        *("cidfile", "health-cmd", "ip", "ip6", "link-local-ip", "mac-address", "name"),
        *("network-alias", "no-healthcheck", "publish", "publish-all", "rm"),
    )
)


def one_off(
    argv: Sequence[str], command: Sequence[str], *, name: str, terminal: bool
) -> tuple[str, ...]:
    """What follows the program ``docker`` to run ``command`` as the job does with ``argv``.

    Args:
        argv: the job's (`dockwright.boot.job.Job`), as its unit has it.
        command: what is to run; empty for what the job runs.
        name: of the container.
        terminal: whether it is to have one.

    Raises:
        DockwrightError: ``argv`` is no job's.

    Example:
        >>> job = ["run", "--rm", "--name", "app.web.1", "--publish", "80:80", "--init", "app"]
        >>> one_off(job, ["ls"], name="app-run-1", terminal=False)[4:]
        ('--no-healthcheck', '--interactive', '--init', 'app', 'ls')
    """
    if tuple(argv[:1]) != ("run",):
        raise DockwrightError(f"{' '.join(argv[:2])}: no docker run; see the unit of the job")
    kept: list[str] = []
    i = 1
    while i < len(argv) and argv[i].startswith("--"):
        flag, equals, _ = argv[i][2:].partition("=")
        known = FLAGS.get(flag)
        if known is None:
            raise DockwrightError(f"{argv[i]}: no flag of docker run; see the unit of the job")
        words = 2 if known.takes_value and not equals else 1
        if flag not in _ITS_OWN:
            kept += argv[i : i + words]
        i += words
    image, its = argv[i : i + 1], argv[i + 1 :]
    own = ("--no-healthcheck", "--interactive", *(["--tty"] if terminal else []))
    return ("run", "--rm", "--name", name, *own, *kept, *image, *(command or its))
