"""Patterns of paths as an ignore file has them, met in time linear in the path.

A regular expression would backtrack: ``*a*a*a*a*a*a*a*b`` could take it hours to refuse a name.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

States = frozenset[int]
Test = Callable[[str], bool]

# Kinds of tokens; all else is a test of one letter.
_STAR = "any letters but /"
_ALL = "any letters"
_FOLDERS = "nothing, or any letters and a /"


class Pattern:
    """Go's filepath.Match, and ``**`` for any number of folders.

    Args:
        text: the pattern, cleaned as a path is.

    Raises:
        ValueError: it is none, such as an open bracket.

    Example:
        >>> Pattern("a/*.log").meets("a/b.log")
        True
    """

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._begin = self._closed({0})
        # states are found as they are met, and kept: an automaton that grows with what it reads
        self._next: dict[States, dict[str, States]] = {}

    def meets(self, path: str) -> bool:
        """Whether it matches ``path`` or a folder above it."""
        return self._matches(path, or_above=True)

    def matches(self, path: str) -> bool:
        """Whether it matches ``path`` itself."""
        return self._matches(path, or_above=False)

    def _matches(self, path: str, or_above: bool) -> bool:
        end = len(self._tokens)
        state = self._begin
        for letter in path:
            if or_above and letter == "/" and end in state:
                return True
            if not state:
                return False
            known = self._next.setdefault(state, {})
            following = known.get(letter)
            if following is None:
                following = known[letter] = self._step(state, letter)
            state = following
        return end in state

    def _closed(self, states: set[int]) -> States:
        """With what can be reached without a letter: every star may stand for none."""
        closure = set(states)
        for at in states:
            while 0 <= at < len(self._tokens) and isinstance(self._tokens[at], str):
                at += 1
                closure.add(at)
        return frozenset(closure)

    def _step(self, state: States, letter: str) -> States:
        """Where ``letter`` leads; ``~n`` is within the folders that token n stands for."""
        targets = set()
        for at in state:
            inside = at < 0
            token = self._tokens[~at] if inside else (*self._tokens, None)[at]
            if token == _FOLDERS:
                targets.add(at if inside else ~at)
                if letter == "/":
                    targets.add((~at if inside else at) + 1)
            elif token == _ALL or (token == _STAR and letter != "/"):
                targets.add(at)
            elif callable(token) and token(letter):
                targets.add(at + 1)
        return self._closed(targets)


def _tokens(pattern: str) -> tuple[str | Test, ...]:
    # "**name" at the beginning is any path that ends so, as long as nothing else is special
    if pattern.startswith("**") and not (set("*?[]\\") & set(pattern[2:]) or pattern[2:3] == "/"):
        return (_ALL, *(letter.__eq__ for letter in pattern[2:]))
    made: list[str | Test] = []
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        at += 1
        if letter == "*" and pattern[at : at + 1] == "*":
            at += 1 + pattern.startswith("/", at + 1)
            made.append(_FOLDERS if at < len(pattern) else _ALL)
        elif letter == "*":
            made.append(_STAR)
        elif letter == "?":
            made.append("/".__ne__)
        elif letter == "[":
            test, at = _class(pattern, at)
            made.append(test)
        else:
            literal, at = _literal(pattern, at - 1)
            made.append(literal.__eq__)
    # a star twice says no more; a letter twice does
    kept = [one for one, following in pairwise([*made, None]) if callable(one) or one != following]
    return tuple(token for token in kept if token is not None)


def _class(pattern: str, at: int) -> tuple[Test, int]:
    """What stands in brackets, from behind the opening one: ranges, of which ``^`` is all but."""
    negated = pattern.startswith("^", at)
    at += negated
    ranges: list[tuple[str, str]] = []
    while not ranges or not pattern.startswith("]", at):
        low, at = _in_class(pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _in_class(pattern, at + 1)
        if low > high:
            raise ValueError(f"a range from {low} back to {high}")
        ranges.append((low, high))
    return lambda letter: any(low <= letter <= high for low, high in ranges) != negated, at + 1


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
