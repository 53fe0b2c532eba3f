"""What a path of a box is, and the text that everybody there may read of it."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from shlex import quote

from dockwright.box.fact import Fact
from dockwright.scripts import text
from dockwright.value import Value

# Nothing is copied on the box, and what is not readable by all never leaves it.
_SCRIPT = "\n" + text("facts/content")


@dataclass(frozen=True)
class FileContent(Value):
    """``kind``: file, folder, other, ``link to PATH`` or absent; ``text`` None: not to be shown.

    ``mode`` is octal, such as ``644``; ``owners`` are user:group, as names and as numbers.
    ``is_large``: more than 256 KiB, which everybody there may read and nobody wants to.
    """

    kind: str = "absent"
    mode: str = ""
    owners: tuple[str, ...] = ()
    text: str | None = None
    is_large: bool = False


class Content(Fact[FileContent]):
    """The file at a path, for a plan to compare; of a secret one only that it is there.

    Example::

        host.get_fact(Content, "/etc/hosts").mode  # '644'
    """

    about = "a file"

    def script(self, path: str) -> str:
        # a subshell: the script ends early, and what pyinfra puts behind it must not
        return f"({_SCRIPT.replace('@PATH@', quote(path))})"

    @staticmethod
    def default() -> FileContent:
        return FileContent()

    def read(self, lines: Iterable[str]) -> FileContent:
        answers = dict(line.partition(" ")[::2] for line in lines)
        mode, *owners = answers.get("access", "").split() or [""]
        text = answers.get("text")
        return FileContent(
            kind=answers.get("kind", "absent"),
            mode=mode,
            owners=tuple(owners),
            text=None if text is None else base64.b64decode(text).decode("utf-8", "replace"),
            is_large="large" in answers,
        )
