"""`.dockerignore`: which paths of a context the engine is not sent."""

from __future__ import annotations

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
    those of Go's filepath.Match, and ``**`` stands for any number of folders.

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
    # only \n parts lines: a name may well hold what str.splitlines cuts at
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
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
    ends = [at for at, letter in enumerate(path) if letter == "/"]
    out = False
    for rule in lines:
        # a rule that could change nothing is not asked
        if rule.brings_back == out and (
            rule.pattern.fullmatch(path) or any(rule.pattern.fullmatch(path, 0, e) for e in ends)
        ):
            out = not rule.brings_back
    return out


def included(paths: Iterable[str], lines: Iterable[Rule]) -> tuple[str, ...]:
    """Those of ``paths`` that the engine is sent, in their order.

    Example:
        >>> included(["a.md", "a.log"], rules("*.log", ".dockerignore"))
        ('a.md',)
    """
    kept = tuple(lines)
    return tuple(path for path in paths if not ignored(path, kept))


def _expression(pattern: str) -> str:
    # "**name" at the beginning is any path that ends so, as long as nothing else is special
    if pattern.startswith("**") and not re.search(r"[*?\[\]\\]|\A/", pattern[2:]):
        return ".*" + re.escape(pattern[2:])
    made: list[str] = []
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        at += 1
        if letter == "*" and pattern[at : at + 1] == "*":
            at += 1 + pattern.startswith("/", at + 1)
            folders = "(?:.*/)?" if at < len(pattern) else ".*"
            # twice the same says no more, and takes a regular expression long to refuse
            if made[-1:] != [folders]:
                made.append(folders)
        elif letter == "*":
            if made[-1:] != ["[^/]*"]:
                made.append("[^/]*")
        elif letter == "?":
            made.append("[^/]")
        elif letter == "[":
            text, at = _class(pattern, at)
            made.append(text)
        elif letter == "\\":
            literal, at = _literal(pattern, at - 1)
            made.append(re.escape(literal))
        else:
            made.append(re.escape(letter))
    return "".join(made)


def _class(pattern: str, at: int) -> tuple[str, int]:
    """What stands in brackets, from behind the opening one: ranges, of which ``^`` is all but."""
    negated = pattern.startswith("^", at)
    at += negated
    made = ""
    while not made or not pattern.startswith("]", at):
        low, at = _in_class(pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _in_class(pattern, at + 1)
        made += f"{re.escape(low)}-{re.escape(high)}"
    return f"[{'^' if negated else ''}{made}]", at + 1


def _in_class(pattern: str, at: int) -> tuple[str, int]:
    if at >= len(pattern):
        raise ValueError("an open bracket")
    if pattern[at] in "-]":
        raise ValueError(f"a bare {pattern[at]} in brackets")
    return _literal(pattern, at)


def _literal(pattern: str, at: int) -> tuple[str, int]:
    if pattern[at] == "\\":
        at += 1
    if at >= len(pattern):
        raise ValueError("a backslash at its end")
    return pattern[at], at + 1
