"""What an init is given: the jobs of a leaf."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from dockwright.boot.ports import Port
from dockwright.boot.procfile import RELEASE
from dockwright.boot.reach import Reach, network_name


@dataclass(frozen=True)
class Job:
    """One process of a leaf, as one container that an init keeps up, or runs to its end.

    ``number`` counts from 1; ``argv`` is what follows the program ``docker``; ``env`` are the
    site's (name, value), handed over outside of ``argv``; ``stop_timeout`` is in seconds;
    ``when`` are the times at which it runs, in systemd's words, where it has any.
    """

    leaf: str  # the image whose Procfile has the process
    process: str  # its name in the Procfile
    number: int
    image: str  # what the container is made of, as docker is told it
    argv: tuple[str, ...]
    ports: tuple[Port, ...]  # those that it publishes
    env: tuple[tuple[str, str], ...] = field(repr=False)
    stop_timeout: int
    when: str | None = None

    @property
    def is_release(self) -> bool:
        """Whether it runs once before a switch.

        Example:
            >>> Job("zenweb", "web", 1, "zenweb", ("run", "zenweb"), (), (), 10).is_release
            False
        """
        return self.process == RELEASE

    @property
    def lives(self) -> bool:
        """Whether an init keeps it up.

        Example:
            >>> Job("zenweb", "web", 1, "zenweb", ("run", "zenweb"), (), (), 10).lives
            True
        """
        return not self.is_release and self.when is None

    @property
    def network(self) -> str | None:
        """Its leaf's network, where it is in that.

        Example:
            >>> Job("zenweb", "web", 1, "zenweb", ("run", "zenweb"), (), (), 10).network
        """
        name = network_name(self.leaf)
        return name if ("--network", name) in pairwise(self.argv) else None

    @property
    def name(self) -> str:
        """``LEAF.PROCESS.N``: no part has a dot, so it reads back; the container's name too.

        Example:
            >>> Job("zenweb", "web", 1, "zenweb", ("run", "zenweb"), (), (), 10).name
            'zenweb.web.1'
        """
        return f"{self.leaf}.{self.process}.{self.number}"

    def run(self, *, pull_never: bool) -> tuple[str, ...]:
        """``argv``, with ``--pull=never`` where the engine knows it (20.10 and later).

        Example:
            >>> Job("a", "web", 1, "a", ("run", "a"), (), (), 10).run(pull_never=True)
            ('run', '--pull=never', 'a')
        """
        return (self.argv[0], "--pull=never", *self.argv[1:]) if pull_never else self.argv


@dataclass(frozen=True)
class Group:
    """The jobs of a leaf in its Procfile's order, and what was left out of its run lines.

    ``after`` are the leaves of the same box that are to be up before it; ``reach`` is what its
    containers may reach, None where nothing is said of that.
    """

    leaf: str  # the image that has the Procfile
    jobs: tuple[Job, ...]
    notices: tuple[str, ...]
    after: tuple[str, ...] = ()
    reach: Reach | None = None

    @property
    def living(self) -> tuple[Job, ...]:
        """Those that an init keeps up.

        Example:
            >>> Group("zenweb", (), ()).living
            ()
        """
        return tuple(job for job in self.jobs if job.lives)

    @property
    def release(self) -> Job | None:
        """The one that runs once before a switch, if there is one.

        Example:
            >>> Group("zenweb", (), ()).release is None
            True
        """
        return next((job for job in self.jobs if job.is_release), None)
