"""What the units of a leaf are called: ``app`` and ``app-worker`` can never be confused."""

import re

from dockwright.boot.procfile import RELEASE

TIMER = ".timer"
# A leaf has no dot in its name and neither has a process (dockwright.boot.group): what stands
# before the first dot is the leaf, whatever dashes it has.
PREFIX = "dockwright-"
_INSTANCE = r"\.[A-Za-z0-9_-]+\.[1-9][0-9]*"


def group_unit(leaf: str) -> str:
    """The one unit all jobs of ``leaf`` hang on, without the init's suffix.

    Example:
        >>> group_unit("zenweb")
        'dockwright-zenweb'
    """
    return f"{PREFIX}{leaf}"


def job_unit(job_name: str) -> str:
    """The unit of one job (``LEAF.PROCESS.N``), without the init's suffix.

    Example:
        >>> job_unit("zenweb.web.1")
        'dockwright-zenweb.web.1'
    """
    return f"{PREFIX}{job_name}"


def is_group_unit(leaf: str, unit: str) -> bool:
    """Whether ``unit``, without its suffix, is the group's.

    Example:
        >>> is_group_unit("app", "dockwright-app-worker")
        False
    """
    return unit == group_unit(leaf)


def is_job_unit(leaf: str, unit: str) -> bool:
    """Whether ``unit``, without its suffix, is of a job of ``leaf``.

    Example:
        >>> is_job_unit("app", "dockwright-app.web.1"), is_job_unit("app", "dockwright-app-b.web.1")
        (True, False)
    """
    return re.fullmatch(re.escape(group_unit(leaf)) + _INSTANCE, unit) is not None


def is_timer_unit(leaf: str, unit: str) -> bool:
    """Whether ``unit``, without its suffix, is a task of ``leaf`` under the name of its times.

    Example:
        >>> is_timer_unit("app", "dockwright-app.clean.1.timer")
        True
    """
    return unit.endswith(TIMER) and is_job_unit(leaf, unit.removesuffix(TIMER))


def is_release_unit(leaf: str, unit: str) -> bool:
    """Whether ``unit``, without its suffix, is what runs before a switch of ``leaf``.

    Example:
        >>> is_release_unit("app", "dockwright-app.release.1")
        True
    """
    return unit == job_unit(f"{leaf}.{RELEASE}.1")


def arrival(init: str) -> str:
    """What a plan waits for where the packages of an init are not installed as yet.

    Example:
        >>> arrival("upstart")
        'the init upstart'
    """
    return f"the init {init}"


def leaf_of(filename: str) -> str:
    """The leaf that a unit's or an environment file's name would be of, if it is of one.

    Example:
        >>> leaf_of("dockwright-app-worker.web.1.service"), leaf_of("app.web.1.env")
        ('app-worker', 'app')
    """
    return filename.removeprefix(PREFIX).partition(".")[0]


def job_of(unit: str, leaf: str) -> str | None:
    """The job (``LEAF.PROCESS.N``) whose unit of ``leaf`` this is, or None for the group's own.

    Example:
        >>> job_of("dockwright-app.web.1.service", "app"), job_of("dockwright-app.target", "app")
        ('app.web.1', None)
    """
    name = unit.removesuffix(".service")
    return name.removeprefix(PREFIX) if is_job_unit(leaf, name) else None
