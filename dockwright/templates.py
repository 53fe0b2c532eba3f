"""Finds a Jinja2 template, the user's folder before the bundled one, and renders it."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound

from dockwright.errors import DockwrightError

_PACKAGE = Path(__file__).resolve().parent
# In a wheel the templates ride inside the package; in a checkout they stand beside it.
BUNDLED = next(
    (p for p in (_PACKAGE / "bundled" / "templates", _PACKAGE.parent / "templates") if p.is_dir()),
    _PACKAGE / "bundled" / "templates",
)

_Filters = tuple[tuple[str, Callable[..., str]], ...]


def render(
    template: str,
    values: Mapping[str, Any],
    *,
    filters: Mapping[str, Callable[..., str]] | None = None,
    folder: str | Path = "templates",
) -> str:
    """Render ``template`` (such as ``systemd/service.j2``) with ``values``; return its text.

    Args:
        template: path below the templates folder.
        values: all that the template may use; a name it lacks is an error (StrictUndefined).
        filters: escaping filters for the target's grammar, by name.
        folder: the user's own templates, looked up first; a missing folder is no error.

    Raises:
        DockwrightError: the template is in neither folder, or needs a value it was not given.

    Example:
        >>> render("upstart/master.j2", {"leaf": "zenweb"}).splitlines()[0]
        'description "Containers of zenweb (dockwright)"'
    """
    pairs = tuple(sorted((filters or {}).items()))
    if Path(folder).is_dir():
        environment = _environment([str(folder), str(BUNDLED)], pairs)
    else:
        environment = _bundled(str(BUNDLED), pairs)
    try:
        return environment.get_template(template).render(dict(values))
    except TemplateNotFound as error:
        raise DockwrightError(
            f"template {error.name}: in neither {folder} nor {BUNDLED}; name one that exists there"
        ) from error
    except TemplateError as error:
        raise DockwrightError(f"template {template}: {error}; see {BUNDLED}") from error


@lru_cache(maxsize=32)
def _bundled(folder: str, filters: _Filters) -> Environment:
    """Kept, with its compiled templates: nothing of the user's can come before them."""
    return _environment([folder], filters)


def _environment(folders: list[str], filters: _Filters) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  the targets are unit files and JSON, not HTML
    )
    environment.filters.update(filters)
    return environment
