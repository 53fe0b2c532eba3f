"""What a leaf needs on its box besides its container: the ``box.py`` of its image folder.

A user, a folder, a repository: a pyinfra deploy file of the leaf's own, which the leaves deploy
runs on each box that runs the leaf, before it starts it there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyinfra import host
from pyinfra.api.operation import OperationMeta
from pyinfra.context import ctx_host
from pyinfra_cli.exceptions import UnexpectedExternalError
from pyinfra_cli.util import exec_file

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
        Its operations, for `dockwright.operations.roll_out.part_of`.

    Raises:
        DockwrightError: what the file raises of ours; any other error of it is told as one of a
            deploy file.

    Example:
        >>> leaf_box("stash", "images/stash")  # doctest: +SKIP
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return []
    # sudo and the like are the surrounding deploy's
    given: Any = None
    if host.current_deploy_kwargs is not None:
        given = {**host.current_deploy_kwargs, "_ignore_errors": True}
    before = len(host.op_hash_order)
    with host.deploy(f"{leaf}/{FILE}", given, host.current_deploy_data):
        try:
            exec_file(str(path))
        except UnexpectedExternalError as error:
            if isinstance(error.exception, DockwrightError):
                raise error.exception from error
            raise
    ops = host.state.ops[ctx_host.get()]  # type: ignore[no-untyped-call]
    return [ops[made].operation_meta for made in host.op_hash_order[before:]]
