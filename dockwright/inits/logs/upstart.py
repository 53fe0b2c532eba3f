"""The logs of Upstart's jobs: files that are rotated, without times."""

from shlex import quote

from dockwright.errors import DockwrightError
from dockwright.inits.names import group_unit, job_unit
from dockwright.inits.wanted_logs import WantedLogs

LOGS = "/var/log/upstart"
# A job's log may be in parts, the oldest first by their last lines: x.log.2.gz, x.log.1, x.log.
_SHOW_LOGS = rf"""cd {LOGS} 2>/dev/null || exit 0
plain() {{ sed -u -e 's/\r*$//' -e 's/\x1b\[[0-9;:]*m//g'; }}
jobs=$(ls -d -- "$leaf".*.log* 2>/dev/null |
  sed -nE 's/^(.*\.[0-9]+(\.timer)?)\.log(\..*)*$/\1/p' | sort -u)
[ -n "$jobs" ] || exit 0
for job in $jobs; do
  parts=$(ls -rt -- "$job.log" "$job.log".* 2>/dev/null) wanted=$lines
  if [ "$follow" = yes ]; then  # tail itself shows the part that it follows
    parts=$(printf '%s\n' "$parts" | grep -vxF -e "$job.log")
    [ ! -e "$job.log" ] || wanted=$((lines - $(wc -l <"$job.log")))
  fi
  [ -n "$parts" ] && [ "$wanted" -gt 0 ] || continue
  [ "$jobs" = "$job" ] || printf '==> %s <==\n' "$job"
  zcat -f -- $parts | tail -n "$wanted" | plain
done
[ "$follow" = no ] || tail -n "$lines" -F $(printf '%s.log\n' $jobs) 2>/dev/null | plain
"""
# After it `before FILE` prints a checksum of the last 4096 bytes of the first $size of a log.
_BEFORE = (
    "from=$((size > 4096 ? size - 4095 : 1)); "
    'before() { zcat -f -- "$1" 2>/dev/null | tail -c "+$from" | head -c $((size - from + 1)) | '
    "cksum | tr ' ' -; }"
)


def logs(leaf: str, wanted: WantedLogs) -> str:
    """The shell line that shows what the leaf's containers said, those that are gone too.

    Upstart writes /var/log/upstart, which Ubuntu's own /etc/logrotate.d/upstart rotates daily and
    keeps for a week; a log is not there between a rotation and the job's next line. Its lines
    went through a terminal: CR and colours are taken out.

    Args:
        leaf: its name.
        wanted: which lines; of each job so many.

    Raises:
        DockwrightError: those since a time are wanted, and Upstart's log has no times.

    Example:
        >>> logs("zenweb", WantedLogs(process="web", follow=True)).splitlines()[0]
        'lines=100 follow=yes leaf=dockwright-zenweb.web'
    """
    if wanted.begin is not None:
        raise DockwrightError(
            f"--since {wanted.since}: the logs of a box with Upstart have no times; say --lines"
        )
    of = group_unit(leaf) + (f".{wanted.process}" if wanted.process else "")
    follow = "yes" if wanted.follow else "no"
    return f"lines={wanted.lines or 0} follow={follow} leaf={quote(of)}\n{_SHOW_LOGS}"


def mark(name: str) -> str:
    """The shell line that prints where the job's log stands now: its size, and a checksum of what
    stands before that, by which the place is found again though the log was rotated.

    Args:
        name: the job's.

    Example:
        >>> mark("zenweb.web.1").partition(";")[0]
        'log=/var/log/upstart/dockwright-zenweb.web.1.log'
    """
    return (
        f'log={quote(_log(name))}; size=$(stat -c %s "$log" 2>/dev/null || echo 0); '
        f'{_BEFORE}; echo "$size $(before "$log")"'
    )


def since(name: str, marked: str) -> str:
    """The shell line that prints what the job's containers said behind the mark.

    Upstart's log has neither times nor invocations: what the former container says at its end is
    there too.

    Args:
        name: the job's.
        marked: what `mark` printed; empty for all that there is.

    Example:
        >>> since("zenweb.web.1", "")
        'cat /var/log/upstart/dockwright-zenweb.web.1.log'
    """
    log = quote(_log(name))
    if not marked:
        return f"cat {log}"
    size, _, checksum = marked.partition(" ")
    return (
        f"log={log}; size={quote(size)}; {_BEFORE}; "
        'behind() { zcat -f -- "$1" | tail -c "+$((size + 1))"; }; '
        f'is_it() {{ [ -e "$1" ] && [ "$(before "$1")" = {quote(checksum)} ]; }}; '
        'if is_it "$log"; then behind "$log"; else '
        # rotated or emptied: what it was then, if that is still there, and all that it has now
        'for one in "$log.1" "$log.1.gz"; do if is_it "$one"; then behind "$one"; break; fi; done; '
        'cat "$log"; fi'
    )


def restarts(name: str) -> str:
    """The shell line that prints how often Upstart started the job again: it does not count that.

    Args:
        name: the job's.

    Example:
        >>> restarts("zenweb.web.1")
        ':'
    """
    return ":"


def _log(name: str) -> str:
    return f"{LOGS}/{job_unit(name)}.log"
