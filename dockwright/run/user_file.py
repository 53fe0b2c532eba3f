"""Mistakes in a user's own files, an inventory, its data, a deploy, as one line with its place."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb

import click
from paramiko import SSHException
from pyinfra.api.exceptions import PyinfraError

import dockwright
from dockwright.box.inside.command import UnexpectedExternalError, file_of
from dockwright.errors import DockwrightError, SiteError, shown

_PATHS = sysconfig.get_paths()
# what lies below these is nobody's to mend
_OTHERS = tuple(
    Path(path).resolve()
    for path in (
        *(_PATHS[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        str(Path(dockwright.__file__).parent),
    )
)


@contextmanager
def user_file(file: str) -> Iterator[None]:
    """Turn whatever a user's file raises into one line; an error of ours stays what it is.

    Args:
        file: the one that is run; those that it imports are named by their own names.

    Raises:
        DockwrightError: ``FILE:LINE: ExceptionType: its words; mend the file``.

    Example::

        with user_file("deploy/site.py"):
            load_deploy_file(state, "deploy/site.py")
    """
    try:
        yield
    except UnexpectedExternalError as error:
        raise mistake(error.exception, str(error.filename)) from error
    except (Exception, SystemExit) as error:
        raise mistake(error, file) from error


def mistake(error: BaseException, file: str) -> DockwrightError:
    """The one line of ``error``, raised by ``file`` or by what it called.

    Example:
        >>> str(mistake(NameError("name 'x' is not defined"), "deploy/site.py"))
        "deploy/site.py: NameError: name 'x' is not defined; mend the file"
    """
    if isinstance(error, DockwrightError):
        return error
    # raised by an operation or deploy of ours, which says what is wrong and what to do
    if isinstance(error.__cause__, SiteError):
        return DockwrightError(str(error.__cause__))
    if isinstance(error.__cause__, DockwrightError):
        return DockwrightError(f"{_place(error, file)}: {error.__cause__}")
    if isinstance(error, SystemExit) and isinstance(error.code, str):
        return DockwrightError(error.code.removeprefix("Error: "))
    # a run that has no box left, pyinfra's own word on its arguments
    if type(error) in (PyinfraError, click.ClickException, click.UsageError):
        return DockwrightError(str(error))
    words = shown(" ".join(_words(error).split()), 300)
    name = type(error).__name__
    way = "see that the box is up, and run it again" if _broke(error) else "mend the file"
    return DockwrightError(f"{_place(error, file)}: {f'{name}: {words}'.rstrip(': ')}; {way}")


def _words(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg
    if isinstance(error, SystemExit):
        return f"it ends the run with {error.code or 0}"
    if isinstance(error, OSError) and error.strerror:
        name = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{name}"
    if isinstance(error, PyinfraError) and error.args:  # some are KeyErrors, which quote
        return str(error.args[0])
    return str(error)


def _broke(error: BaseException) -> bool:
    return isinstance(error, SSHException | EOFError | ConnectionError)


def _place(error: BaseException, file: str) -> str:
    """The line in the user's own files that is nearest to where it was raised."""
    if isinstance(error, SyntaxError) and error.filename and _is_users(error.filename):
        return f"{_short(error.filename)}:{error.lineno or 1}"
    read = file
    for frame, line in reversed(list(walk_tb(error.__traceback__))):
        if _is_users(frame.f_code.co_filename):
            return f"{_short(frame.f_code.co_filename)}:{line}"
        if read is file:
            read = file_of(frame) or file
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"{_short(read)}:{line}"
    return _short(read)


def _is_users(file: str) -> bool:
    path = Path(file)
    if file.startswith("<") or not path.is_file():
        return False
    return not any(path.resolve().is_relative_to(other) for other in _OTHERS)


def _short(file: str) -> str:
    here, path = Path.cwd(), Path(file).absolute()
    return shown(str(path.relative_to(here) if path.is_relative_to(here) else path), 200)
