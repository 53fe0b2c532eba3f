"""What the builder at hand makes of a Dockerfile: BuildKit or classic, of which engine, where.

A plan without a box takes the newest; a plan for a box asks it, where a tree hangs on the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_VERSION = re.compile(r"(\d+)\.(\d+)")
# https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
_OF_PLATFORM = ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
PLATFORM_ARGS = frozenset(f"{side}{what}" for side in ("TARGET", "BUILD") for what in _OF_PLATFORM)
# A Dockerfile that does not mean the same to every builder has these words for why.
VARIABLES, PLATFORMS, STAGES, IGNORE = "variables", "platforms", "stages", "ignore"


@dataclass(frozen=True)
class Dialect:
    """A builder: ``engine`` is its major and minor version, ``platform`` as ``linux/arm64/v8``.

    ``target`` is the platform that it builds for, where that is not its own.
    """

    buildkit: bool = True  # False: the classic builder
    engine: tuple[int, int] = (99, 0)  # newer than any that was tried
    platform: str = "linux/amd64"
    target: str | None = None

    @property
    def has_patterns(self) -> bool:
        """Whether it knows ``${V#…}``, ``${V%…}`` and ``${V/…/…}``.

        Example:
            >>> Dialect(engine=(20, 10)).has_patterns
            False
        """
        return self.engine >= (26, 0)

    @property
    def has_bare_operators(self) -> bool:
        """Whether it knows ``${V-…}`` and ``${V+…}``, without a colon.

        Example:
            >>> Dialect(engine=(20, 10)).has_bare_operators
            False
        """
        return self.engine >= (23, 0)

    @property
    def unsets_args_without_default(self) -> bool:
        """Whether an ARG without a value, in front of the first FROM, takes away what was set.

        An ARG above it may have set it, or the platform has. BuildKit of 28.5 keeps it, that of
        26.1 does not, and no classic builder does.

        Example:
            >>> Dialect(engine=(28, 5)).unsets_args_without_default
            False
        """
        return not self.buildkit or self.engine < (28, 0)

    @property
    def fills_in_stages(self) -> bool:
        """Whether a stage may be called by a variable: not up to the newest that was tried.

        Example:
            >>> Dialect(engine=(28, 5)).fills_in_stages
            False
        """
        return self.engine >= (29, 0)

    @property
    def asks_parents_again(self) -> bool:
        """Whether a line of `.dockerignore` meets what is in a folder that an earlier one left out.

        Example:
            >>> Dialect(buildkit=False, engine=(20, 10)).asks_parents_again
            True
        """
        return not self.buildkit and self.engine < (23, 0)

    def global_args(self) -> Mapping[str, str]:
        """The arguments that it sets in front of the first FROM, by name.

        Example:
            >>> Dialect(platform="linux/arm/v7").global_args()["TARGETVARIANT"]
            'v7'
        """
        if not self.buildkit:
            return {}
        made: dict[str, str] = {}
        for side, platform in (("TARGET", self.target or self.platform), ("BUILD", self.platform)):
            system, _, rest = platform.partition("/")
            processor, _, variant = rest.partition("/")
            parts = (platform, system, "", processor, variant)
            made |= {f"{side}{what}": one for what, one in zip(_OF_PLATFORM, parts, strict=True)}
        return made

    def __str__(self) -> str:
        builder = "BuildKit" if self.buildkit else "the classic builder"
        return f"{builder} of Docker {self.engine[0]}.{self.engine[1]}"


NEWEST = Dialect()


def dialect(version: str, buildkit: bool, platform: str) -> Dialect:
    """The dialect of an engine's ``version``, as it says it; one that says none is the newest.

    Example:
        >>> str(dialect("20.10.24+dfsg1", False, "linux/amd64"))
        'the classic builder of Docker 20.10'
    """
    match = _VERSION.match(version)
    engine = (int(match[1]), int(match[2])) if match else NEWEST.engine
    return Dialect(buildkit, engine, platform)
