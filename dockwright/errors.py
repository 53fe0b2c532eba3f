"""The one family of errors a user is shown: the thing, its value, and the way out."""


class DockwrightError(Exception):
    """Base of every error of ours; its text is the one line a person reads.

    Example:
        >>> raise DockwrightError("images/web/Procfile:1: --publish 0: not a port; use 1 to 65535")
        Traceback (most recent call last):
        ...
        dockwright.errors.DockwrightError: images/web/Procfile:1: --publish 0: not a port; ...
    """
