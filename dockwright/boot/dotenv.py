"""foreman's .env format: the values that a site gives a leaf, in a file."""

import re

from dockwright.errors import DockwrightError

_LINE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)
_DOUBLE = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def parse(text: str, source: str) -> dict[str, str]:
    r"""The variables of a .env file, as foreman reads it, but that no line is skipped.

    ``NAME=value`` a line; the value is taken as it stands, blanks, quotes and ``#`` in it too.
    Within ``'…'`` all stands for itself; within ``"…"`` ``\n`` is a line break, and a backslash
    takes the meaning off what follows it. Blank lines and those that begin with ``#`` are nothing.

    Args:
        text: the file's.
        source: what errors call it.

    Raises:
        DockwrightError: a line that is none of these, a name given twice; never with its value.

    Example:
        >>> parse("# site\nA=1 2\nB='$x'\nC=\"a\\nb\"\n", ".env")
        {'A': '1 2', 'B': '$x', 'C': 'a\nb'}
    """
    variables: dict[str, str] = {}
    for number, written in enumerate(text.split("\n"), start=1):
        line = written.removesuffix("\r")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        where = f"{source}:{number}"
        match = _LINE.fullmatch(line)
        if match is None:
            raise DockwrightError(f"{where}: not a variable; write NAME=value, # for a comment")
        name, value = match["name"], match["value"]
        if name in variables:
            raise DockwrightError(f"{where}: {name}: given above too; leave one of the two out")
        variables[name] = _value(value, f"{where}: {name}")
    return variables


def _value(written: str, where: str) -> str:
    if len(written) > 1 and written[0] == written[-1] == "'":
        return written[1:-1]
    if written[:1] != '"':
        return written
    match = _DOUBLE.fullmatch(written)
    if match is None:
        raise DockwrightError(
            f'{where}: quotes that do not pair; write \\" for a quote within "…", '
            "or the value within '…'"
        )
    return _ESCAPE.sub(lambda m: "\n" if m[1] == "n" else m[1], match["text"])
