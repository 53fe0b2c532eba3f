"""Which questions a deploy asks a box, as they are kept from one run to the next; pure.

A question is kept as the name of a fact of ours and its arguments, and its script is made anew by
the run that asks: no file makes a box run what is not in this code.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Stage = Literal["prepare", "execute"]
STAGES: tuple[Stage, ...] = ("prepare", "execute")
# Of one stage of a deploy on one box: a site with a hundred leaves asks some hundred.
MOST = 200
LONGEST = 1 << 18  # bytes of the file
# Runs, one after the other, that foresaw a question in vain. One that was not asked is dropped. One
# that got no answer so, as it takes long or as the box takes no such script, costs time with each
# try: it is asked by itself from then on, and foreseen again after so many runs.
_IN_VAIN, _AGAIN = 2, 20
_FACTS = "dockwright.facts."
_FORM = 1


@dataclass(frozen=True)
class Known:
    """A question: the class of its fact, ``module:Name``, its arguments as JSON, and how many runs
    foresaw it in vain.
    """

    fact: str
    arguments: str
    in_vain: int = 0

    @property
    def is_sent(self) -> bool:
        """Whether it is foreseen; else it is only kept in mind that it is not to be."""
        return self.in_vain < _IN_VAIN

    def read(self) -> dict[str, Any]:
        """The arguments."""
        return dict(json.loads(self.arguments))


def known(module: str, name: str, arguments: Mapping[str, object]) -> Known | None:
    """The question as it is kept; None for what is not: others' facts, arguments that are not plain
    values.

    A secret is no plain value: pyinfra's `HiddenValue` is a class of its own.

    Example:
        >>> known("dockwright.facts.account", "Member", {"user": "anna"})
        Known(fact='dockwright.facts.account:Member', arguments='{"user": "anna"}', in_vain=0)
        >>> known("mine.facts", "Member", {})
    """
    if not module.startswith(_FACTS) or not _is_plain(dict(arguments)):
        return None
    return Known(f"{module}:{name}", json.dumps(arguments, sort_keys=True))


def _is_plain(value: object) -> bool:
    if type(value) is dict:
        return all(type(key) is str and _is_plain(one) for key, one in value.items())
    if type(value) in (list, tuple):
        return all(map(_is_plain, value))  # type: ignore[call-overload]
    if type(value) is str:
        return value.isprintable()
    return value is None or type(value) in (int, bool)


def after(
    before: Sequence[Known],
    asked: Collection[Known],
    was_sent: bool,
    unanswered: Collection[Known] = (),
) -> tuple[Known, ...]:
    """What the next run foresees.

    Args:
        before: what this one did.
        asked: what it asked, in its order, while answers could have been foreseen.
        was_sent: whether the foreseen questions were sent; else none of them was in vain.
        unanswered: those that were sent and asked, and had no answer.

    Example:
        >>> one, other = Known("dockwright.facts.apt:AptArchives", "{}"), Known("…", "{}")
        >>> after([one], [other], was_sent=True) == (Known(one.fact, "{}", in_vain=1), other)
        True
        >>> after([Known(one.fact, "{}", in_vain=1)], [other], was_sent=True) == (other,)
        True
    """
    plain = {replace(one, in_vain=0): None for one in asked}
    silent = {replace(one, in_vain=0) for one in unanswered}
    kept = []
    for one in before:
        itself = replace(one, in_vain=0)
        if not one.is_sent or itself in silent:
            plain.pop(itself, None)
            kept += [replace(one, in_vain=one.in_vain + 1)] if one.in_vain + 1 < _AGAIN else []
        elif itself in plain:
            kept.append(itself)
            del plain[itself]
        elif not was_sent:
            kept.append(one)
        elif one.in_vain + 1 < _IN_VAIN:
            kept.append(replace(one, in_vain=one.in_vain + 1))
    return tuple([*kept, *plain][:MOST])


def written(of: Mapping[Stage, Sequence[Known]], key: Sequence[str]) -> str:
    """The file's text; ``key`` says what it is of: site, deploy, box, and version of Dockwright.

    Example:
        >>> read(written({"prepare": [Known("dockwright.facts.a:B", "{}")]}, ["s"]), ["s"])
        {'prepare': (Known(fact='dockwright.facts.a:B', arguments='{}', in_vain=0),)}
    """
    stages = {
        stage: [[one.fact, one.read(), one.in_vain] for one in its]
        for stage, its in of.items() if its
    }  # fmt: skip
    return json.dumps({"form": _FORM, "of": list(key), "stages": stages}, indent=1) + "\n"


def read(text: str, key: Sequence[str]) -> dict[Stage, tuple[Known, ...]]:
    """What `written` wrote; nothing of a text that it has not, or not of ``key``.

    Example:
        >>> read("{", ["site"])
        {}
    """
    try:
        whole = json.loads(text)
        if whole["form"] != _FORM or whole["of"] != list(key):
            return {}
        found: dict[Stage, tuple[Known, ...]] = {}
        for stage in STAGES:
            its = tuple(_one(*row) for row in whole["stages"].get(stage, [])[:MOST])
            if its:
                found[stage] = its
        return found
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _one(fact: str, arguments: dict[str, Any], in_vain: int) -> Known:
    module, name = fact.split(":")
    one = known(module, name, arguments)
    if one is None or type(in_vain) is not int or not 0 <= in_vain < _AGAIN:
        raise ValueError(fact)
    return replace(one, in_vain=in_vain)
