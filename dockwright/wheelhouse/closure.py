"""What a set of wheels lacks for a package to be installed from them alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PathDistribution
from pathlib import Path
from zipfile import BadZipFile, ZipFile
from zipfile import Path as ZipPath

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import InvalidWheelFilename, NormalizedName, canonicalize_name
from packaging.utils import parse_wheel_filename as parse_name
from packaging.version import Version

from dockwright.wheelhouse.target import Target


@dataclass
class Closure:
    """The wheels a package is installed from, and the requirements that none of them meets."""

    wheels: set[Path] = field(default_factory=set)
    lacking: list[str] = field(default_factory=list)


def closure(
    root: str,
    wheels: Iterable[Path],
    target: Target,
    pins: Mapping[NormalizedName, SpecifierSet],
) -> Closure:
    """Follow ``root`` and all that it requires through ``wheels``.

    pip answers for the Python it runs on: it evaluates the markers of requirements there, also
    where it fetches for another one. So this is asked for what it left out.

    Args:
        root: a requirement, such as ``dockwright==0.1.0``.
        wheels: files; where several do, the newest is taken, and the first of the same version.
        target: what they are to be installed on.
        pins: versions that are allowed, by name; a package not in it may have any.

    Example:
        >>> closure("pyinfra>=3", [], Target("3.11"), {}).lacking
        ['pyinfra>=3']
    """
    by_name: dict[NormalizedName, list[tuple[Version, Path]]] = {}
    for path in wheels:
        name, version = named(path)
        if name and parse_name(path.name)[3] & target.tags:
            by_name.setdefault(name, []).append((version, path))
    needs, seen, waiting = Closure(), set(), [Requirement(root)]
    while waiting:
        wanted = waiting.pop()
        if str(wanted) in seen:
            continue
        seen.add(str(wanted))
        name = canonicalize_name(wanted.name)
        allowed = wanted.specifier & pins.get(name, SpecifierSet())
        fitting = [
            one for one in by_name.get(name, []) if allowed.contains(one[0], prereleases=True)
        ]
        if not fitting:
            needs.lacking.append(str(wanted))
            continue
        _, wheel = max(fitting, key=lambda one: one[0])
        needs.wheels.add(wheel)
        waiting += _required(wheel, wanted.extras, target)
    return needs


def named(wheel: Path) -> tuple[NormalizedName | None, Version]:
    """The name and version of a wheel; None for a file that is no whole wheel.

    Example:
        >>> named(Path("notes.txt"))
        (None, <Version('0')>)
    """
    try:
        name, version, _, _ = parse_name(wheel.name)
        ZipFile(wheel).close()
    except (InvalidWheelFilename, BadZipFile):
        return None, Version("0")
    return name, version


def _required(wheel: Path, extras: set[str], target: Target) -> Iterator[Requirement]:
    [folder] = [one for one in ZipPath(wheel).iterdir() if one.name.endswith(".dist-info")]
    for line in PathDistribution(folder).requires or ():
        required = Requirement(line)
        marker, required.marker = required.marker, None
        environments = [{**target.environment, "extra": extra} for extra in extras or {""}]
        if marker is None or any(marker.evaluate(environment) for environment in environments):
            yield required
