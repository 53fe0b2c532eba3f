"""A file that an init, or the job it starts, reads."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class File:
    """A file's full path on the box, its text, its mode, and the unit it defines, if any.

    ``unit`` is what the init calls it: ``dockwright-zenweb.web.1.service`` under systemd,
    ``dockwright-zenweb.web.1`` under Upstart; None for what is no unit, such as values that may
    be secret. A unit that ``is_task`` runs by itself when its event comes, and is not started; one
    that ``is_timer`` has the times of a task.
    """

    path: str
    text: str = field(repr=False)
    mode: int
    unit: str | None = None
    is_task: bool = False
    is_timer: bool = False
