"""Under pyinfra's own command: a checkout that is older than what a box has is refused."""

from __future__ import annotations

import sys
from pathlib import Path

from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.checkout import ancestors, is_shallow, lines
from dockwright.box.record import commit_of
from dockwright.box.this_run import once, this_run
from dockwright.errors import DockwrightError
from dockwright.facts.runs import Last, last_runs
from dockwright.site.settings import settings

_WAY_OUT = "or put back what it declares: --data dockwright_older=true, dockwright apply --older"


def refuse_older(host: Host) -> None:
    """End a run of pyinfra's own command whose checkout has not come from what ``host`` has.

    Nothing is changed on any box by then. A dry run, which changes nothing, is only told. plan and
    apply look by themselves (`dockwright.run.older`).

    Raises:
        DockwrightError: the box has a commit that this checkout has not come from.

    Example::

        refuse_older(host)
    """
    run, deploy = host.state, host.state.current_deploy_filename
    data = host.data.dict()  # type: ignore[no-untyped-call]
    if not this_run(run).purpose.keeps_record or settings(data, str(host.name)).older:
        return
    at = Path(deploy or ".")
    if not once(run, ("commit", at), lambda: commit_of(at)):
        return  # of no repository
    last = last_runs(run).get(str(host.name), Last())
    known = once(run, ("ancestors", at), lambda: ancestors(at))
    shallow = once(run, ("shallow", at), lambda: is_shallow(at))
    for line in lines({f"box {host.name}": last.commit}, known, shallow):
        # pyinfra keeps its option nowhere else
        if "--dry" not in sys.argv:
            raise DockwrightError(f"{line.rstrip('?')}; {_WAY_OUT}")
        log.info(host, line)
