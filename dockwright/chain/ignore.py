"""`.dockerignore`: which paths of a context the engine is not sent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from posixpath import normpath

from dockwright.errors import DockwrightError


@dataclass(frozen=True)
class Rule:
    """One line: a pattern, and whether it brings back what an earlier line left out."""

    pattern: re.Pattern[str]
    brings_back: bool


@lru_cache(maxsize=4096)
def rules(text: str, source: str) -> tuple[Rule, ...]:
    """The rules of an ignore file, in their order.

    Source: https://docs.docker.com/build/concepts/context/#dockerignore-files ; patterns are
    matched as Go's filepath.Match has it, and ``**`` stands for any number of folders.

    Args:
        text: the file.
        source: what errors call it.

    Raises:
        DockwrightError: a pattern that is none, such as an open bracket.

    Example:
        >>> ignored("a/b.log", rules("**/*.log", ".dockerignore"))
        True
    """
    found = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        written = line.strip()
        # a comment must begin in the first column, as Docker has it
        if not written or line.startswith("#"):
            continue
        brings_back = written.startswith("!")
        if brings_back:
            written = written[1:].strip()
        if not written:
            raise DockwrightError(f"{source}:{number}: !: brings nothing back; name a path")
        path = normpath(written).lstrip("/")
        if path in ("", "."):
            continue
        try:
            found.append(Rule(re.compile(_expression(path), re.DOTALL), brings_back))
        except (re.error, ValueError) as error:
            raise DockwrightError(
                f"{source}:{number}: {written}: {error}; see Docker's .dockerignore reference"
            ) from error
    return tuple(found)


def ignored(path: str, lines: Iterable[Rule]) -> bool:
    """Whether ``path`` is left out: the last rule that meets it, or a folder above it, decides.

    Example:
        >>> keep = rules("*\\n!site", ".dockerignore")
        >>> ignored("README", keep), ignored("site/index.md", keep)
        (True, False)
    """
    parts = path.split("/")
    paths = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    out = False
    for rule in lines:
        if any(rule.pattern.fullmatch(tried) for tried in paths):
            out = not rule.brings_back
    return out


def _expression(pattern: str) -> str:
    made, at = [], 0
    while at < len(pattern):
        rest = pattern[at:]
        letter = pattern[at]
        if rest.startswith("**"):
            at += 2
            if pattern[at : at + 1] == "/":
                at += 1
                made.append("(?:.*/)?")
            else:
                made.append(".*")
            continue
        if letter == "[":
            end = pattern.find("]", at + 2)
            if end < 0:
                raise ValueError("an open bracket")
            inside = pattern[at + 1 : end]
            negated = inside[:1] in ("^", "!")
            body = inside[1:] if negated else inside
            made.append(f"[{'^' if negated else ''}{_class(body)}]")
            at = end + 1
            continue
        if letter == "\\":
            if at + 1 == len(pattern):
                raise ValueError("a backslash at its end")
            at += 1
            made.append(re.escape(pattern[at]))
        elif letter == "*":
            made.append("[^/]*")
        elif letter == "?":
            made.append("[^/]")
        else:
            made.append(re.escape(letter))
        at += 1
    return "".join(made)


def _class(body: str) -> str:
    """A bracket's inside; only the hyphen of a range keeps a meaning."""
    if not body:
        raise ValueError("empty brackets")
    return re.sub(r"[\[\]^&~|\\]", lambda match: f"\\{match.group()}", body)
