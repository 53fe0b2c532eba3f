"""The logs of systemd's services: the journal's, and what systemd counts of their starts.

Used by `dockwright.inits.systemd` alone.
"""

from shlex import quote

from dockwright.inits.names import job_unit
from dockwright.inits.wanted_logs import WantedLogs

# Lines of a shell that print `here UNIT` and `unit UNIT` of what is there, and of what has logs.
LOGGED = r"""
  { journalctl --quiet --no-pager --field=_SYSTEMD_UNIT 2>/dev/null
    echo /etc/systemd/system/dockwright-*.service | tr ' ' '\n'; } |
    sed -n 's/^\/.*\/\(dockwright-.*\)\.service$/here \1/p
      s/^\(dockwright-.*\)\.service$/unit \1/p'
"""
# what systemd says before it starts a unit again by itself: SD_MESSAGE_UNIT_RESTART_SCHEDULED
_SCHEDULED = "5eb03494b6584870a536b337290809b3"
_JOURNAL = "journalctl --quiet --no-pager"
# of $job, since $from
AGAIN = (
    f'moments=$({_JOURNAL} --output=short-unix --since="@$from" UNIT="dockwright-$job.service" '
    f"MESSAGE_ID={_SCHEDULED} 2>/dev/null | tail -n 200 | "
    r"sed -n 's/^\([0-9][0-9.]*\) .*/\1/p')"
    '\n  for moment in $moments; do echo "restart $job $moment"; done'
)
# Behind AGAIN: what the container said that ended last, and the one of now: former ones may be of
# another version. (With --lines, journalctl 252 gives the first lines behind a moment.)
LAST = (
    "behind=$(printf '%s\\n' \"$moments\" | tail -n 2 | head -n 1); "
    f'{_JOURNAL} --output=cat --since="@${{behind:-$from}}" SYSLOG_IDENTIFIER="$job"'
)


def service_name(job_name: str) -> str:
    """The unit of one job (``LEAF.PROCESS.N``).

    Example:
        >>> service_name("zenweb.web.1")
        'dockwright-zenweb.web.1.service'
    """
    return f"{job_unit(job_name)}.service"


def status(job_name: str) -> str:
    """The shell line that prints the exit status with which the job ended last.

    Example:
        >>> status("app.release.1")
        'systemctl show --property=ExecMainStatus --value dockwright-app.release.1.service'
    """
    unit = quote(service_name(job_name))
    return f"systemctl show --property=ExecMainStatus --value {unit}"


def logs(leaf: str, wanted: WantedLogs) -> str:
    """The shell line that shows what the leaf's containers said, those that are gone too.

    Args:
        leaf: its name.
        wanted: which lines.

    Example:
        >>> logs("zenweb", WantedLogs())
        "journalctl --quiet --no-pager --unit='dockwright-zenweb.*.service' --lines=100"
    """
    unit = service_name(f"{leaf}.{wanted.process}.*" if wanted.process else f"{leaf}.*")
    line = f"journalctl --quiet --no-pager --unit={quote(unit)}"
    if wanted.begin is not None:
        line += f" --since={quote(wanted.begin)}"
    if wanted.follow:
        lines = f"--lines={wanted.lines}" if wanted.lines is not None else "--no-tail"
        return f"{line} --follow {lines}"
    if wanted.lines is None:
        return line
    # journalctl of systemd 252 gives the first ones where it is told since when
    if wanted.begin is not None:
        return f"{line} | tail -n {wanted.lines}"
    return f"{line} --lines={wanted.lines}"


def mark(job_name: str) -> str:
    """The shell line that prints where the job's log stands now: the journal's cursor, and the
    invocation of its unit that runs until now.

    Example:
        >>> "--property=InvocationID" in mark("zenweb.web.1")
        True
    """
    unit = quote(service_name(job_name))
    # Of the job's own lines: behind a line that is none of those asked for, --after-cursor leaves
    # the first one out (systemd 252). An entry's own text comes behind its first line, and can't
    # be taken for the cursor.
    cursor = (
        "journalctl --quiet --no-pager --lines=1 --output=export --output-fields=_BOOT_ID "
        f"SYSLOG_IDENTIFIER={quote(job_name)} | sed -n '1s/^__CURSOR=//p'"
    )
    invocation = f"systemctl show --property=InvocationID {unit} | sed 's/^InvocationID=//'"
    return f'echo "$({cursor}) $({invocation})"'


def since(job_name: str, marked: str) -> str:
    """The shell line that prints what the job's containers said in invocations behind the mark.

    What the former invocation says at its end is left out.

    Args:
        job_name: whose.
        marked: what `mark` printed; empty for all that there is.

    Example:
        >>> since("zenweb.web.1", "s=1;i=2 0a1b").rpartition(" ")[2]
        '--output=cat'
    """
    cursor, _, former = marked.partition(" ")
    # not --lines: systemd 252 prints the first ones, where a beginning is given
    said = f"journalctl --quiet --no-pager SYSLOG_IDENTIFIER={quote(job_name)}"
    parts = [f"at={quote(cursor)}"]
    if former:
        # the journal does not know of which invocation every line is: behind the last line that is
        # known to be the former one's all are of those after it
        its = f"_SYSTEMD_INVOCATION_ID={quote(former)} --output=export --output-fields=_BOOT_ID"
        parts += [
            f'last=$({said} ${{at:+--cursor="$at"}} {its} | sed -n "s/^__CURSOR=//p" | tail -n 1)',
            'at="${last:-$at}"',
        ]
    return "; ".join([*parts, f'{said} ${{at:+--after-cursor="$at"}} --output=cat'])


def restarts(job_name: str) -> str:
    """The shell line that prints how often systemd started the job again by itself.

    Example:
        >>> restarts("zenweb.web.1").partition(" |")[0]
        'systemctl show --property=NRestarts dockwright-zenweb.web.1.service'
    """
    unit = quote(service_name(job_name))
    return f"systemctl show --property=NRestarts {unit} | sed 's/^NRestarts=//'"
