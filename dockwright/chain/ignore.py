"""`.dockerignore`: which paths of a context the engine is not sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from posixpath import normpath

from dockwright.chain.glob import Pattern
from dockwright.errors import DockwrightError, shown


@dataclass(frozen=True)
class Rule:
    """One line: a pattern, and whether it brings back what an earlier line left out.

    ``path`` is the pattern as a clean path.
    """

    pattern: Pattern
    brings_back: bool
    path: str


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
    file_rules = []
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
            file_rules.append(Rule(Pattern(path), brings_back, path))
        except ValueError as error:
            raise DockwrightError(
                f"{source}:{number}: {shown(written)}: {shown(str(error))}; "
                "see Docker's .dockerignore reference"
            ) from error
    return tuple(file_rules)


# By rule, whether it met a folder: what its content inherits.
Met = tuple[bool, ...]


def step(path: str, above: Met | None, lines: Sequence[Rule]) -> tuple[bool, Met]:
    """Whether ``path`` is left out, and which of ``lines`` met it, as engines from 23 on see it.

    A rule that met a folder meets all in it; one that had nothing to change at the folder was not
    asked there, and is not asked about the folder again.

    Args:
        path: the entry.
        above: what this gave for the folder it is in; None at the top.
        lines: the rules.

    Example:
        >>> lines = rules("a/b\\n!a", ".dockerignore")
        >>> step("a/b", step("a", None, lines)[1], lines)[0]
        True
    """
    if not lines:
        return False, ()
    out, met = False, []
    for at, rule in enumerate(lines):
        does = above is not None and above[at]
        if not does and rule.brings_back == out:
            does = rule.pattern.matches(path)
        met.append(does)
        if does:
            out = not rule.brings_back
    return out, tuple(met)


def ignored(path: str, lines: Iterable[Rule]) -> bool:
    """Whether ``path`` is left out: the last rule that meets it, or its folder, decides.

    Example:
        >>> keep = rules("*\\n!site", ".dockerignore")
        >>> ignored("README", keep), ignored("site/index.md", keep)
        (True, False)
    """
    kept, above, out = tuple(lines), None, False
    parts = path.split("/")
    for depth in range(len(parts)):
        out, above = step("/".join(parts[: depth + 1]), above, kept)
    return out


def ignored_before_23(path: str, lines: Iterable[Rule]) -> bool:
    """The same as the classic builder of engines before 23: each rule asks all folders above.

    Example:
        >>> lines = rules("a/b\\n!a", ".dockerignore")
        >>> ignored("a/b", lines), ignored_before_23("a/b", lines)
        (True, False)
    """
    out = False
    for rule in lines:
        # a rule that could change nothing is not asked
        if rule.brings_back == out and rule.pattern.meets(path):
            out = not rule.brings_back
    return out


def entered_before_23(folder: str, lines: Iterable[Rule]) -> bool:
    """Whether that builder's client looks into a ``folder`` that is left out.

    It does where a rule that brings back begins with the folder as it is written.

    Example:
        >>> entered_before_23("b", rules("*\\n!**/*.md", ".dockerignore"))
        False
    """
    return any(rule.brings_back and f"{rule.path}/".startswith(f"{folder}/") for rule in lines)


def included(paths: Iterable[str], lines: Iterable[Rule]) -> tuple[str, ...]:
    """Those of ``paths`` that the engine is sent, in their order.

    Example:
        >>> included(["a.md", "a.log"], rules("*.log", ".dockerignore"))
        ('a.md',)
    """
    kept = tuple(lines)
    return tuple(path for path in paths if not ignored(path, kept))
