"""The one family of errors a user is shown: the thing, its value, and the way out."""

from dockwright.text import block
from dockwright.text import line as shown

__all__ = ["Awaited", "BoxError", "DockwrightError", "NotReady", "SiteError", "shown"]


class DockwrightError(Exception):
    """Base of every error of ours; its text is the one line a person reads.

    Whoever prints it prints nothing that moves a terminal: what is not printable in it is shown,
    line breaks stay.

    Example:
        >>> raise DockwrightError("images/web/Procfile:1: --publish 0: not a port; use 1 to 65535")
        Traceback (most recent call last):
        ...
        dockwright.errors.DockwrightError: images/web/Procfile:1: --publish 0: not a port; ...
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(block(str(message)))


class BoxError(DockwrightError):
    """What one box answers, or that it does not: it fails that box alone, and the others go on.

    Example:
        >>> raise BoxError("box web1: no answer to its images within 30 s; is the engine hung?")
        Traceback (most recent call last):
        ...
        dockwright.errors.BoxError: box web1: no answer to its images within 30 s; is the ...
    """


class SiteError(DockwrightError):
    """What a site's data says is wrong: it ends the run, whichever deploy came upon it first.

    Example:
        >>> raise SiteError("box web1: dockwright_address: not given; give its private address")
        Traceback (most recent call last):
        ...
        dockwright.errors.SiteError: box web1: dockwright_address: not given; give its private ...
    """


class NotReady(DockwrightError):
    """What is asked for may be there once something else is applied: an engine, a registry.

    While pyinfra prepares it counts as a change still to come; while it executes, as an error.

    Example:
        >>> raise NotReady("box docker: its engine does not answer; see its log")
        Traceback (most recent call last):
        ...
        dockwright.errors.NotReady: box docker: its engine does not answer; see its log
    """


class Awaited(NotReady):
    """What is asked for is changed by the same run, before it is this operation's turn.

    Example:
        >>> raise Awaited("waits for zenweb on docker")
        Traceback (most recent call last):
        ...
        dockwright.errors.Awaited: waits for zenweb on docker
    """
