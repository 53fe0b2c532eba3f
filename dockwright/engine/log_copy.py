"""Whether an engine keeps a copy of what containers say, beside the log of the box's init; pure.

A boot job's client stays in the foreground, so that its init's log (the journal, or Upstart's file)
has every line. `dockwright.operations.boot` takes the engine's copy away, `engine_config` knows
from it that jobs change with daemon.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dockwright.boot.group import NO_COPY

# what the engine keeps on the box itself; other drivers send the lines where somebody wants them
_COPIES = frozenset({"", "json-file", "local"})
_DEFAULT = "json-file"


def driver_for_jobs(own: str) -> str | None:
    """The logging driver to give a job that names none; None where the engine's ``own`` stays.

    Example:
        >>> driver_for_jobs("json-file"), driver_for_jobs("gelf")
        ('none', None)
    """
    return NO_COPY if own in _COPIES else None


def changes_jobs(former: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Whether jobs are to name another driver once daemon.json has other ``settings``.

    Example:
        >>> changes_jobs({}, {"log-driver": "json-file"}), changes_jobs({}, {"log-driver": "gelf"})
        (False, True)
    """
    before, after = (
        driver_for_jobs(str(one.get("log-driver", _DEFAULT))) for one in (former, settings)
    )
    return before != after
