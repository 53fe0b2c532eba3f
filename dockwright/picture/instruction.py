"""What a history entry of an image says as its Dockerfile had it."""

from __future__ import annotations

import re

_SHELL = "/bin/sh -c "
_CHECKSUM = re.compile(r"\b(file|dir|multi):([0-9a-f]{8})[0-9a-f]{56}\b")
# Instructions that change an image's settings only, and never make a layer
SETTINGS = frozenset(
    {"ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER"}
    | {"ONBUILD", "SHELL", "STOPSIGNAL", "USER", "VOLUME"}
)


def instruction(created_by: str, comment: str = "") -> str:
    """The instruction of a history entry, on as many lines as it has; never empty.

    The classic builder writes ``/bin/sh -c #(nop)  CMD ["x"]`` and ``|1 A=b /bin/sh -c make``,
    BuildKit ``RUN |1 A=b /bin/sh -c make # buildkit``: both become ``CMD ["x"]`` and
    ``RUN make``. The values of build arguments are left out.

    Args:
        created_by: ``CreatedBy`` of the entry; an imported image has none.
        comment: its ``Comment``, which stands in for it.

    Example:
        >>> instruction("|1 A=b /bin/sh -c make")
        'RUN make'
    """
    text = created_by.strip().removesuffix("# buildkit").strip()
    if text.startswith(f"{_SHELL}#(nop)"):
        text = text.removeprefix(f"{_SHELL}#(nop)").strip()
    else:
        run = text.removeprefix("RUN ")
        arguments, shell, command = run.partition(_SHELL)
        if shell and (not arguments or arguments.startswith("|")):
            text = f"RUN {command}"
    return _CHECKSUM.sub(r"\1:\2…", text) or comment.strip() or "made without an instruction"
