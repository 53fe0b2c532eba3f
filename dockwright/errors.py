"""The one family of errors a user is shown: the thing, its value, and the way out."""


class DockwrightError(Exception):
    """Base of every error of ours; its text is the one line a person reads.

    Example:
        >>> raise DockwrightError("images/web/Procfile:1: --publish 0: not a port; use 1 to 65535")
        Traceback (most recent call last):
        ...
        dockwright.errors.DockwrightError: images/web/Procfile:1: --publish 0: not a port; ...
    """


class BoxError(DockwrightError):
    """What one box answers, or that it does not: it fails that box alone, and the others go on.

    Example:
        >>> raise BoxError("box web1: no answer to its images within 60 s; is the engine hung?")
        Traceback (most recent call last):
        ...
        dockwright.errors.BoxError: box web1: no answer to its images within 60 s; is the ...
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


def shown(text: str, most: int = 80) -> str:
    """What a file says, as one line of an error can show it: printable, and ``most`` letters.

    Example:
        >>> shown("a\\nb")
        'a\\\\nb'
    """
    short = text if len(text) <= most else f"{text[: most - 1]}…"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in short)
