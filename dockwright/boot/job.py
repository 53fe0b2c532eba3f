"""What an init is given: the jobs of a leaf."""

from dataclasses import dataclass, field

from dockwright.boot.ports import Port


@dataclass(frozen=True)
class Job:
    """One process of a leaf, as one container that an init keeps up.

    ``number`` counts from 1; ``argv`` is what follows the program ``docker``; ``env`` are the
    site's (name, value), handed over outside of ``argv``; ``stop_timeout`` is in seconds.
    """

    leaf: str
    process: str
    number: int
    image: str
    argv: tuple[str, ...]
    ports: tuple[Port, ...]
    env: tuple[tuple[str, str], ...] = field(repr=False)
    stop_timeout: int

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

    ``after`` are the leaves of the same box that are to be up before it.
    """

    leaf: str
    jobs: tuple[Job, ...]
    notices: tuple[str, ...]
    after: tuple[str, ...] = ()
