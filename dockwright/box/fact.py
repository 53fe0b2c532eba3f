"""Facts of ours: pyinfra's, but asked by `dockwright.box.ask`.

``host.get_fact(Engine)`` works as for any fact. Where an operation or deploy of ours has a part
in the run (`dockwright.box.remembered`), the question goes through the one room; anywhere else
pyinfra asks it, with the same marks around the answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from importlib import import_module
from shlex import quote
from typing import Any, ClassVar, TypeVar

from pyinfra.api import FactBase
from pyinfra.api.host import Host

from dockwright.box import unanswered
from dockwright.box.answer import Answer, Cut, Question
from dockwright.box.ask import AS_WHOM, ask
from dockwright.box.foreseen.asked import foreseen
from dockwright.box.foreseen.known import Known, known
from dockwright.box.inside.declaring import pop_global_arguments
from dockwright.box.this_run import why_given_up
from dockwright.errors import BoxError, DockwrightError

T = TypeVar("T")
_MISSING = type("Missing", (), {"__repr__": lambda self: "(not given)"})()
_OTHERS = "others"
# What a reading raises where the answer has another shape than it must have.
SHAPE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)


class Fact(FactBase[T]):
    """A question to a box, and what its answer means.

    A fact has ``script(…)``, a script for the box's `sh`, and ``read(lines)``, which makes the
    value of what that printed; ``about`` says what is asked, as an error names it.

    Example:
        >>> class Kernel(Fact[str]):
        ...     about = "its kernel"
        ...
        ...     def script(self) -> str:
        ...         return "uname -s"
        ...
        ...     def read(self, lines):
        ...         return lines[0]
    """

    about: ClassVar[str] = "a fact"
    script: Callable[..., str]
    _asked: Question | None = None

    def __init_subclass__(cls) -> None:
        if "script" in vars(cls):
            cls.command = _marked(cls.script)
        super().__init_subclass__()

    def read(self, lines: Sequence[str]) -> T:
        """The value of what the script printed, by lines."""
        raise NotImplementedError

    def value(self, answer: Answer) -> T:
        """The value of a whole answer; raises one of `SHAPE` where it is none."""
        return self.read(answer.lines())

    def process(self, output: list[str]) -> T:
        """What pyinfra got where it asked by itself; raises BoxError where that is no answer."""
        about = self.about
        try:
            if self._asked is None:
                raise Cut("nothing was asked")
            received = "\n".join(output).encode("utf-8", "surrogateescape")
            return self.value(self._asked.answer(received))
        except Cut as error:
            raise BoxError(f"asked about {about}: {error}; see the box's shell by hand") from error
        except SHAPE as error:
            raise BoxError(unanswered.misshapen("asked", about, error)) from error


def question(fact: Fact[Any], script: str, requires: str | None = None) -> Question:
    """What ``fact`` asks.

    Example::

        question(Kernel(), "uname -s").what  # 'its kernel'
    """
    return Question(script, fact.about, requires)


def fact_of(host: Host, fact: type[Fact[T]], *args: Any, **kwargs: Any) -> T:
    """What ``host`` says of ``fact``: as ``host.get_fact(fact, …)``, but by the one room.

    Args:
        host: the box, connected or not.
        fact: its class; ``args`` and ``kwargs`` are its own, and pyinfra's ``_sudo`` and so on,
            which else are those of the operation that the box is at.

    Raises:
        BoxError: there is no answer, or what came is none; or the box was given up before.

    Example::

        fact_of(host, Kernel, _sudo=True)  # 'Linux'
    """
    if (why := why_given_up(host)) is not None:
        raise BoxError(why)
    if not host.connected:
        host.connect(reason=f"to ask about {fact.about}", raise_exceptions=True)
    made = fact()
    of_operation: Any = host.current_op_global_arguments or {}
    all_arguments: dict[str, Any] = {**of_operation, **kwargs}
    how, _ = pop_global_arguments(host.state, host, all_arguments)
    own = {key: value for key, value in kwargs.items() if key not in how}
    arguments = inspect.getcallargs(made.script, *args, **own)
    arguments.pop("self")
    asked = question(made, made.script(**arguments), made.requires_command(**arguments))
    as_whom = {key: how.get(key) for key in AS_WHOM}
    kept = known(fact.__module__, fact.__qualname__, arguments)
    answer = foreseen(host, kept, asked, as_whom, _made)
    if answer is None:
        answer = ask(host, asked, as_whom)
    if answer.is_missing:
        return made.default()
    if answer.status:
        raise BoxError(unanswered.failed(str(host.name), made.about, answer.status, answer.errors))
    try:
        return made.value(answer)
    except SHAPE as error:
        raise BoxError(unanswered.misshapen(str(host.name), made.about, error)) from error


def _made(kept: Known) -> Question | None:
    """The question of a former run, as this version asks it; None where it has no such fact."""
    module, _, name = kept.fact.partition(":")
    try:
        fact = getattr(import_module(module), name)
        if not issubclass(fact, Fact) or fact.__module__ != module:
            return None
        made, arguments = fact(), kept.read()
        return question(made, made.script(**arguments), made.requires_command(**arguments))
    except (ImportError, DockwrightError, *SHAPE):
        return None


def _marked(script: Callable[..., str]) -> Callable[..., str]:
    """The command as pyinfra is told it: with the arguments of ``script``."""

    asked = list(inspect.signature(script).parameters.values())
    needed = [one.name for one in asked[1:] if one.default is inspect.Parameter.empty]

    @wraps(script)
    def command(self: Fact[Any], *args: Any, **kwargs: Any) -> str:
        # what pyinfra's command was given that the fact does not take
        unknown = kwargs.pop(_OTHERS, {})
        arguments = dict(zip([one.name for one in asked[1:]], args, strict=False)) | kwargs
        missing = [name for name in needed if arguments.get(name, _MISSING) is _MISSING]
        if missing or unknown:
            # said by the box: an error raised here would be a traceback of pyinfra's command
            return f"echo {quote(_usage(type(self), needed, missing, unknown))} >&2; exit 2"
        self._asked = question(self, script(self, **arguments))
        return self._asked.command(30)

    # pyinfra looks at this one, which does not follow wrappers, and raises a TypeError where an
    # argument is missing or unknown
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            asked[0],
            *(one.replace(default=_MISSING) if one.name in needed else one for one in asked[1:]),
            inspect.Parameter(_OTHERS, inspect.Parameter.VAR_KEYWORD),
        ]
    )
    return command


def _usage(
    fact: type[Fact[Any]], needed: Sequence[str], missing: Sequence[str], unknown: Iterable[str]
) -> str:
    """How ``pyinfra INVENTORY fact`` is told what the fact asks about."""
    wrong = [f"{name}: not given" for name in missing]
    wrong += [f"{name}: no argument of it" for name in unknown]
    way = " ".join([f"{fact.__module__}.{fact.__name__}", *(f"{name}=…" for name in needed)])
    return f"fact {fact.__name__}: {', '.join(wrong)}; write {way}"
