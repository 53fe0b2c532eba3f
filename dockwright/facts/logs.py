"""Which leaves a box has logs of: those it runs, and those it ran once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dockwright.box.fact import Fact
from dockwright.inits.names import is_job_unit, leaf_of

_SCRIPT = r"""
if [ -d /run/systemd/system ]; then
  echo 'init systemd'
  { journalctl --quiet --no-pager --field=_SYSTEMD_UNIT 2>/dev/null
    echo /etc/systemd/system/dockwright-*.service | tr ' ' '\n'; } |
    sed -n 's/^\(.*\/\)\{0,1\}\(dockwright-.*\)\.service$/unit \2/p'
elif command -v initctl >/dev/null; then
  echo 'init upstart'
  # a log is a rotated one alone until its job says more
  echo /etc/init/dockwright-*.conf /var/log/upstart/dockwright-*.log* | tr ' ' '\n' |
    sed -n 's/^.*\/\(dockwright-[^/]*\)\.\(conf$\|log\).*/unit \1/p' | sort -u
fi
"""


@dataclass
class LoggedLeaves:
    """The box's init, and the leaves that it has logs of."""

    init: str | None = None
    leaves: set[str] = field(default_factory=set)


class Logged(Fact[LoggedLeaves]):
    """The leaves a box has logs of; needs root, who may read them all.

    Example:
        >>> host.get_fact(Logged).leaves  # doctest: +SKIP
        {'zenweb'}
    """

    about = "its logs"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> LoggedLeaves:
        return LoggedLeaves()

    def read(self, lines: Iterable[str]) -> LoggedLeaves:
        found = LoggedLeaves()
        for line in lines:
            kind, _, rest = line.partition(" ")
            if kind == "init":
                found.init = rest
            elif kind == "unit" and is_job_unit(leaf_of(rest), rest):
                found.leaves.add(leaf_of(rest))
        return found
