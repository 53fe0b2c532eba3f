"""What wheels are for: a version of Python on Linux and x86_64."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from packaging.tags import Tag, compatible_tags, cpython_tags

from dockwright.errors import DockwrightError

# Guests and images of other machines have an index of their own in reach, or none so far.
MACHINE = "x86_64"
# Debian 12 has glibc 2.36 and Ubuntu 22.04 2.35: a wheel that asks for no more runs on both.
_GLIBC_MINORS = range(35, 4, -1)
_OLDEST = 11  # as requires-python in pyproject.toml


@dataclass(frozen=True)
class Target:
    """CPython ``python``, such as ``3.11``, which is Debian 12's, on Linux and MACHINE.

    Raises:
        DockwrightError: not such a version, or older than 3.11.

    Example:
        >>> Target("3.11").platforms[0]
        'manylinux_2_35_x86_64'
    """

    python: str

    def __post_init__(self) -> None:
        match = re.fullmatch(r"3\.([0-9]{1,2})", self.python)
        if match is None or int(match[1]) < _OLDEST:
            raise DockwrightError(
                f"Python {self.python}: not a version that Dockwright runs on; "
                f"give one such as 3.11, 3.{_OLDEST} at least"
            )

    @cached_property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags that wheels for it may have, the best first."""
        old = ("manylinux2014", "manylinux2010", "manylinux1")
        return tuple(
            f"{name}_{MACHINE}"
            for name in (*(f"manylinux_2_{minor}" for minor in _GLIBC_MINORS), *old)
        )

    @cached_property
    def tags(self) -> frozenset[Tag]:
        """All tags of wheels that can be installed there."""
        version = (3, int(self.python.partition(".")[2]))
        interpreter = f"cp{version[0]}{version[1]}"
        return frozenset(cpython_tags(version, [interpreter], self.platforms)) | frozenset(
            compatible_tags(version, interpreter, self.platforms)
        )

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the markers of requirements are evaluated against.

        Source: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
        """
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": MACHINE,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }
