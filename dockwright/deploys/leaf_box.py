"""What a leaf needs on its box besides its container: the ``box.py`` of its image folder.

A user, a folder, a repository: a pyinfra deploy file of the leaf's own, which the leaves deploy
runs on each box that runs the leaf, before it starts it there.
"""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.operation import OperationMeta
from pyinfra.context import ctx_host

from dockwright.box.inside.command import UnexpectedExternalError, exec_file
from dockwright.box.inside.hosts import deploy_within
from dockwright.box.inside.operations import order_on
from dockwright.box.this_run import WHILE_EXECUTING
from dockwright.errors import DockwrightError

FILE = "box.py"


def leaf_box(leaf: str, folder: str | Path) -> list[OperationMeta]:
    """Declare the operations of ``folder``'s ``box.py`` on the box that pyinfra is at work on.

    Call it on the boxes that run the leaf, in a loop (`host.loop`) over the same leaves on every
    box: pyinfra tells operations by their place in the file and in the loop. Its operations are
    named ``LEAF/box.py | …``, and run as root as those of the leaves do; where one fails, the box
    goes on with other leaves. A folder without the file declares nothing.

    Args:
        leaf: the leaf's name.
        folder: its image folder.

    Returns:
        Its operations, for `dockwright.switching.roll_out.part_of`.

    Raises:
        DockwrightError: what the file raises of ours; any other error of it is told as one of a
            deploy file.

    Example::

        leaf_box("stash", "images/stash")
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return []
    # sudo and the like are the surrounding deploy's
    here = ctx_host.get()  # type: ignore[no-untyped-call]
    before = len(order_on(here))

    ops = here.state.ops[here]
    made: list[str] = []

    def none_failed() -> bool:
        # the deploy file of an own site would end at its first error
        done = [ops[one].operation_meta for one in made if one in ops]
        return not any(one.is_complete() and one.did_error() for one in done)

    # what it asks is known while a run executes alone: a plan takes it for no condition
    vars(none_failed)[WHILE_EXECUTING] = True
    own = {"_ignore_errors": True, "_if": none_failed}
    with deploy_within(here, f"{leaf}/{FILE}", own):
        try:
            exec_file(str(path))
        except UnexpectedExternalError as error:
            if isinstance(error.exception, DockwrightError):
                raise error.exception from error
            raise
    made += order_on(here)[before:]
    return [ops[one].operation_meta for one in made]
