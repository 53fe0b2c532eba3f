"""The words of a run line, as a shell would split them; what only a shell can do is an error."""

import re

from dockwright.errors import DockwrightError

_PORT = re.compile(r"\$(?:PORT(?![A-Za-z0-9_])|\{PORT(?::?-(?P<default>[0-9]*))?\})")
_EXPANSION = re.compile(r"\$(?:\{[^}]*\}?|\([^)]*\)?|[A-Za-z_]\w*|[0-9@*#?$!-])", re.ASCII)
_OPERATORS = ";&|<>()"


def split(text: str, where: str, *, port: int = 5000) -> tuple[str, ...]:
    """The words of ``text`` with quotes and backslashes read as POSIX sh reads them.

    ``$PORT`` becomes ``port``, outside single quotes, and so does ``${PORT:-8080}``: see
    `default_port`. Patterns (``*``) stay as written. The rules
    are those of POSIX.1-2017, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition.

    Args:
        text: one line of a Procfile, without its name.
        where: what errors call it, such as ``images/web/Procfile:3``.
        port: the number that ``$PORT`` stands for.

    Raises:
        DockwrightError: another variable, a command substitution, an operator, an open quote.

    Example:
        >>> split("docker run -p $PORT:80 web sh -c 'echo $HOME'", "Procfile:1")
        ('docker', 'run', '-p', '5000:80', 'web', 'sh', '-c', 'echo $HOME')
    """
    words: list[str] = []
    word: str | None = None  # None between words; "" is a word once a quote was opened
    quote = ""
    i = 0
    while i < len(text):
        char, i = text[i], i + 1
        if quote == "'":
            if char == "'":
                quote = ""
            else:
                word = (word or "") + char
        elif char == "\\":
            after = text[i : i + 1]
            if not after:
                raise DockwrightError(f"{where}: ends in a backslash; leave it out or quote it")
            i += 1
            keeps = quote and after not in '$`"\\'
            word = (word or "") + (f"\\{after}" if keeps else after)
        elif char == "$" and (match := _PORT.match(text, i - 1)):
            word, i = (word or "") + str(port), match.end()
        elif char == "$" and (match := _EXPANSION.match(text, i - 1)):
            raise _no_shell(match.group(), where)
        elif char == "`":
            raise _no_shell("`", where)
        elif char == '"':
            quote, word = "" if quote else '"', word or ""
        elif quote:
            word = (word or "") + char
        elif char == "'":
            quote, word = "'", word or ""
        elif char in " \t\n":
            if word is not None:
                words.append(word)
            word = None
        elif char in _OPERATORS or (char == "~" and word is None):
            raise _no_shell(char, where)
        elif char == "#" and word is None:
            break
        else:
            word = (word or "") + char
    if quote:
        raise DockwrightError(f"{where}: {quote} without its end; close the quote")
    return tuple(words) if word is None else (*words, word)


def default_port(text: str) -> int | None:
    """The port that a run line falls back on, as a shell would where nobody gives PORT.

    Args:
        text: one line of a Procfile, without its name.

    Example:
        >>> default_port("docker run -p ${PORT:-8080}:80 web")
        8080
    """
    # between single quotes it is the container's
    read = re.sub(r"'[^']*'", "", text)
    written = next((match["default"] for match in _PORT.finditer(read) if match["default"]), None)
    return None if written is None else int(written)


def _no_shell(word: str, where: str) -> DockwrightError:
    return DockwrightError(
        f"{where}: {word}: a boot job has no shell ($PORT and ${{PORT:-8080}} alone are filled "
        "in); write the value itself, "
        "quote it with ' for the container, or give it by the site's env"
    )
