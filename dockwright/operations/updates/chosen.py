"""Which of the packages that are behind are to be upgraded, and why others are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dockwright.errors import BoxError
from dockwright.facts.boot import Boot
from dockwright.facts.updates import BoxUpdates, UpgradeSteps
from dockwright.operations.engine.replaced import foreign
from dockwright.site.apt_policy import Outdated, is_engine


@dataclass(frozen=True)
class Choice:
    """``wanted`` are to be upgraded; ``kept`` are behind too, each with why it stays."""

    wanted: tuple[Outdated, ...] = ()
    kept: dict[str, tuple[Outdated, ...]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Of those that are wanted."""
        return [one.name for one in self.wanted]

    @property
    def security(self) -> set[str]:
        """Of those the ones that a security archive has."""
        return {one.name for one in self.wanted if one.security}


def choose(
    packages: Iterable[Outdated], which: str, engine: bool, others: Iterable[str] = ()
) -> Choice:
    """What is upgraded of ``packages``, which are behind.

    Args:
        packages: on one box.
        which: ``security`` or ``all``.
        engine: whether its engine's too.
        others: containers of other hands, which the engine's restart would end.

    Example:
        >>> old = [Outdated("docker.io", "20", "26", True), Outdated("zstd", "1", "2", True)]
        >>> choose(old, "security", engine=False).names
        ['zstd']
        >>> list(choose(old, "security", engine=False).kept)
        ["the engine's packages stay, unless they are asked for"]
    """
    running = ", ".join(sorted(others))
    wanted: list[Outdated] = []
    kept: dict[str, list[Outdated]] = {}
    for one in packages:
        if which == "security" and not one.security:
            continue
        if one.held:
            kept.setdefault("on hold there", []).append(one)
        elif is_engine(one.name) and not engine:
            kept.setdefault("the engine's packages stay, unless they are asked for", []).append(one)
        elif is_engine(one.name) and running:
            why = f"the engine's restart would end containers of other hands: {running}"
            kept.setdefault(why, []).append(one)
        else:
            wanted.append(one)
    return Choice(tuple(wanted), {why: tuple(its) for why, its in kept.items()})


def chosen(on_box: BoxUpdates, which: str, engine: bool, boot: Callable[[], Boot]) -> Choice:
    """The same of a box; ``boot`` asks it for its containers, only where its engine is to go.

    Example::

        chosen(host.get_fact(Updates), "security", False, lambda: host.get_fact(BootJobs)).names
        # ['openssl']
    """
    its = any(is_engine(one.name) for one in on_box.outdated)
    return choose(on_box.outdated, which, engine, foreign(boot()) if engine and its else ())


def check(box: str, steps: UpgradeSteps, engine: bool) -> None:
    """Nothing, where apt can do what is wanted, and leaves the engine alone unless that is too.

    Args:
        box: its name.
        steps: what apt would do.
        engine: whether the engine's packages may be upgraded.

    Raises:
        BoxError: it can't, or would upgrade them with others.

    Example:
        >>> check("app1", UpgradeSteps(upgraded={"zstd": ("1", "2")}), engine=False)
    """
    if steps.trouble:
        raise BoxError(f"box {box}: apt: {'; '.join(steps.trouble)}; mend that there")
    engines = sorted(filter(is_engine, steps.upgraded))
    if engines and not engine:
        others = ", ".join(sorted(steps.upgraded.keys() - set(engines)))
        raise BoxError(
            f"box {box}: {others}: upgraded only together with the engine's {', '.join(engines)}; "
            "nothing is upgraded: have the engine upgraded too, or put them on hold"
        )
