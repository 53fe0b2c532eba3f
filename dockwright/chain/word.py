"""A Dockerfile's words: quotes, backslashes and variables, as Docker's own lexer takes them."""

from __future__ import annotations

from collections.abc import Mapping

from dockwright.chain.pattern import replaced, trimmed

_DEEPEST = 100  # variables within variables: as deep as nobody writes them
_SPECIAL = "@*#?-$!0123456789"


def expand(word: str, scope: Mapping[str, str], patterns: bool = True, bare: bool = True) -> str:
    """``word`` with its quotes taken off and its variables filled in.

    ``$X``, ``${X}``, and ``${X:-y}``, ``${X:+y}``, ``${X:?y}``, the three without the colon too
    (then an empty X counts as set); ``${X#y}``, ``${X##y}``, ``${X%y}``, ``${X%%y}``,
    ``${X/y/z}``, ``${X//y/z}``, where y is a pattern; ``y`` may hold variables itself. Inside
    single quotes nothing is filled in.

    Source: https://docs.docker.com/reference/dockerfile/#environment-replacement

    Args:
        word: as written, such as ``"debian:${SUITE:-bookworm}"``.
        scope: the variables that are set.
        patterns: whether the engine knows the operators that take one: it does from 26 on.
        bare: whether it knows - and + without a colon: it does from 23 on.

    Raises:
        ValueError: a quote or a brace stays open, ``${X:?y}`` without X, an operator that is none
            or that the engine does not know; its text is for the end of an error line.

    Example:
        >>> expand('"ruby${V:+:$V}"', {"V": "3"})
        'ruby:3'
    """
    return _Lexer(word, scope, patterns, bare).until("")


class _Lexer:
    def __init__(self, word: str, scope: Mapping[str, str], patterns: bool, bare: bool) -> None:
        self.word, self.scope, self.patterns, self.bare = word, scope, patterns, bare
        self.at, self.depth = 0, 0

    def next(self) -> str:
        letter = self.word[self.at : self.at + 1]
        self.at += 1
        return letter

    def until(self, end: str, pattern: bool = False) -> str:
        """The text up to the unquoted letter ``end``, which is eaten; up to the end if empty.

        A ``pattern`` keeps its backslashes.
        """
        made: list[str] = []
        while letter := self.next():
            if letter == end:
                return "".join(made)
            if letter == "'":
                made.append(self.single_quoted())
            elif letter == '"':
                made.append(self.double_quoted())
            elif letter == "$":
                made.append(self.variable())
            elif letter == "\\":
                made.append(f"\\{self.next()}" if pattern else self.next())
            else:
                made.append(letter)
        if end:
            raise ValueError(f"a brace stays open; close it with {end}")
        return "".join(made)

    def single_quoted(self) -> str:
        close = self.word.find("'", self.at)
        if close < 0:
            raise ValueError("a quote stays open; close it with '")
        text, self.at = self.word[self.at : close], close + 1
        return text

    def double_quoted(self) -> str:
        made: list[str] = []
        while letter := self.next():
            if letter == '"':
                return "".join(made)
            if letter == "$":
                made.append(self.variable())
            elif letter == "\\":
                following = self.next()
                made.append(following if following in ('"', "$", "\\") else f"\\{following}")
            else:
                made.append(letter)
        raise ValueError('a quote stays open; close it with "')

    def variable(self) -> str:
        if self.word[self.at : self.at + 1] != "{":
            name = self.name()
            return self.scope.get(name, "") if name else "$"
        self.at += 1
        name, operator = self.name(), self.next()
        if not name:
            raise ValueError("${ without a name; write ${NAME}")
        unset = name not in self.scope
        if operator == "}":
            return self.scope.get(name, "")
        bare = operator != ":"
        if not bare:
            operator, unset = self.next(), not self.scope.get(name)
            if operator in tuple("#%/"):
                raise ValueError(f"${{{name}:{operator}: no such operator; leave the colon out")
        if operator not in ("-", "+", "?", "#", "%", "/") or not operator:
            raise ValueError(f"${{{name} with {operator or 'no end'}; use :- :+ :? # % or /")
        if bare and operator in ("-", "+") and not self.bare:
            raise ValueError(
                f"${{{name}{operator}: the engine knows it from Docker 23 on; write a colon in "
                "front"
            )
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError(f"variables {_DEEPEST} deep within each other; write it with fewer")
        word = self.by_pattern(name, operator) if operator in "#%/" else self.until("}")
        self.depth -= 1
        if operator in "#%/":
            return word
        if operator == "+":
            return "" if unset else word
        if unset and operator == "?":
            raise ValueError(f"{name} is not set ({word}); pass it as a build argument")
        return word if unset else self.scope[name]

    def by_pattern(self, name: str, operator: str) -> str:
        if not self.patterns:
            raise ValueError(
                f"${{{name}{operator}…}}: the engine knows it from Docker 26 on; write it without, "
                "or build with a newer one"
            )
        twice = self.word[self.at : self.at + 1] == operator
        self.at += twice
        value = self.scope.get(name, "")
        if operator == "/":
            pattern, by = self.until("/", pattern=True), self.until("}")
            return replaced(value, pattern, by, everywhere=twice)
        pattern = self.until("}", pattern=True)
        return trimmed(value, pattern, end=operator == "%", longest=twice)

    def name(self) -> str:
        start = self.at
        if self.word[start : start + 1] in tuple(_SPECIAL):
            self.at += 1
        else:
            while (letter := self.word[self.at : self.at + 1]) and (
                letter == "_" or (letter.isascii() and letter.isalnum())
            ):
                self.at += 1
        return self.word[start : self.at]
