"""Passwords that a box keeps in files of mode 0600."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from shlex import quote

from dockwright.box.fact import Fact
from dockwright.value import Value


@dataclass
class Kept(Value):
    """A password's text (None: there is none), its file's mode and owner; did the box answer?

    ``folder`` is the mode and owner of the folder it is in; ``made`` and ``now`` are seconds since
    1970: when its file was written, and the box's clock.
    """

    text: str | None = field(default=None, repr=False)
    access: str = ""
    answered: bool = False
    folder: str = ""
    made: float = 0.0
    now: float = 0.0


class Password(Fact[Kept]):
    """The password in the file at ``path``.

    It answers with a secret: ask by `dockwright.box.secret.get_unseen`.

    Example::

        get_unseen(host, Password, "/etc/dockwright/leaves/stash.password")
        # Kept(access='600:0:0')
    """

    about = "a password"

    def script(self, path: str) -> str:
        where = quote(path)
        return (
            f"echo answered; date +'now %s'; "
            f"[ ! -f {where} ] || {{ stat -L -c 'access %a:%u:%g' {where}; "
            f"stat -L -c 'made %Y' {where}; "
            f"stat -L -c 'folder %a:%u:%g' {quote(path.rpartition('/')[0] or '/')}; "
            f"sed 's/^/text /' {where}; echo; }}"
        )

    @staticmethod
    def default() -> Kept:
        return Kept()

    def read(self, lines: Iterable[str]) -> Kept:
        kept = Kept()
        for line in lines:
            key, _, value = line.partition(" ")
            if key == "answered":
                kept.answered = True
            elif key == "access":
                kept.access = value
            elif key in ("made", "now"):
                setattr(kept, key, float(value))
            elif key == "folder":
                kept.folder = value
            elif key == "text" and kept.text is None:
                kept.text = value
        return kept
