"""The logs of an init that writes a file for each job: files that are rotated, without times.

Upstart's are of this sort, and others of which each job has a file: `FileLogs` is made once for
each such init.
"""

from dataclasses import dataclass
from shlex import quote

from dockwright.errors import DockwrightError
from dockwright.inits.names import group_unit, job_unit
from dockwright.inits.wanted_logs import WantedLogs
from dockwright.scripts import text

# A job's log may be in parts, the oldest first by their last lines: x.log.2.gz, x.log.1, x.log.
_SHOW_LOGS = text("logs/files")
# After it `before FILE` prints a checksum of the last 4096 bytes of the first $size of a log.
_BEFORE = (
    "from=$((size > 4096 ? size - 4095 : 1)); "
    'before() { zcat -f -- "$1" 2>/dev/null | tail -c "+$from" | head -c $((size - from + 1)) | '
    "cksum | tr ' ' -; }"
)


@dataclass(frozen=True)
class FileLogs:
    """The files of an init's jobs in ``folder``, each called as its unit; ``of`` names the init."""

    folder: str
    of: str

    def logs(self, leaf: str, wanted: WantedLogs) -> str:
        """The shell line that shows what the leaf's containers said, those that are gone too.

        A log may not be there between a rotation and the job's next line. Lines may have gone
        through a terminal: CR and colours are taken out.

        Args:
            leaf: its name.
            wanted: which lines; of each job so many.

        Raises:
            DockwrightError: those since a time are wanted, and such logs have no times.

        Example:
            >>> upstart = FileLogs("/var/log/upstart", "Upstart")
            >>> upstart.logs("zenweb", WantedLogs(process="web", follow=True)).splitlines()[0]
            'lines=100 follow=yes leaf=dockwright-zenweb.web'
        """
        if wanted.begin is not None:
            raise DockwrightError(
                f"--since {wanted.since}: the logs of a box with {self.of} have no times; "
                "say --lines"
            )
        of = group_unit(leaf) + (f".{wanted.process}" if wanted.process else "")
        follow = "yes" if wanted.follow else "no"
        shown = _SHOW_LOGS.replace("@FOLDER@", quote(self.folder))
        return f"lines={wanted.lines or 0} follow={follow} leaf={quote(of)}\n{shown}"

    def mark(self, name: str) -> str:
        """The shell line that prints where the job's log stands now: its size, and a checksum of
        what stands before that, by which the place is found again though the log was rotated.

        Args:
            name: the job's.

        Example:
            >>> FileLogs("/var/log/upstart", "Upstart").mark("zenweb.web.1").partition(";")[0]
            'log=/var/log/upstart/dockwright-zenweb.web.1.log'
        """
        return (
            f'log={quote(self.log(name))}; size=$(stat -c %s "$log" 2>/dev/null || echo 0); '
            f'{_BEFORE}; echo "$size $(before "$log")"'
        )

    def since(self, name: str, marked: str) -> str:
        """The shell line that prints what the job's containers said behind the mark.

        Such a log has neither times nor invocations: what the former container says at its end is
        there too.

        Args:
            name: the job's.
            marked: what `mark` printed; empty for all that there is.

        Example:
            >>> FileLogs("/var/log/upstart", "Upstart").since("zenweb.web.1", "")
            'cat /var/log/upstart/dockwright-zenweb.web.1.log'
        """
        log = quote(self.log(name))
        if not marked:
            return f"cat {log}"
        size, _, checksum = marked.partition(" ")
        return (
            f"log={log}; size={quote(size)}; {_BEFORE}; "
            'behind() { zcat -f -- "$1" | tail -c "+$((size + 1))"; }; '
            f'is_it() {{ [ -e "$1" ] && [ "$(before "$1")" = {quote(checksum)} ]; }}; '
            'if is_it "$log"; then behind "$log"; else '
            # rotated or emptied: what it was then, if that is still there, and all it has now
            'for one in "$log.1" "$log.1.gz"; do if is_it "$one"; then behind "$one"; break; fi; '
            'done; cat "$log"; fi'
        )

    def log(self, name: str) -> str:
        """The path of a job's log.

        Example:
            >>> FileLogs("/var/log/upstart", "Upstart").log("zenweb.web.1")
            '/var/log/upstart/dockwright-zenweb.web.1.log'
        """
        return f"{self.folder}/{job_unit(name)}.log"


def nothing(name: str) -> str:
    """The shell line that prints nothing of the job: what its init does not count, or keep.

    Args:
        name: the job's.

    Example:
        >>> nothing("zenweb.web.1")
        ':'
    """
    return ":"
