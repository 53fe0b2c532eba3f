"""Which versions of packages are installed, and which wheels of them: by their hashes.

`script/pin` writes both into constraints.txt, which is in the checkout and in the wheel. An index
or a folder of wheels gives what it likes; what has another hash is not taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from dockwright.errors import DockwrightError
from dockwright.wheelhouse.closure import named


@dataclass(frozen=True)
class Pins:
    """What a constraints file allows, by the packages' names."""

    path: Path | None = None  # of the file
    versions: Mapping[NormalizedName, SpecifierSet] = field(default_factory=dict)
    hashes: Mapping[NormalizedName, frozenset[str]] = field(default_factory=dict)  # sha256, in hex


def read(path: Path) -> Pins:
    """The pins of a constraints file: ``name==version  # sha256:… sha256:…`` a line.

    Example::

        read(Path("constraints.txt")).versions["click"]  # <SpecifierSet('==8.5.1')>
    """
    versions, hashes = {}, {}
    for line in path.read_text(encoding="utf-8").splitlines():
        text, _, comment = line.partition("#")
        if not text.strip():
            continue
        requirement = Requirement(text.strip())
        name = canonicalize_name(requirement.name)
        versions[name] = requirement.specifier
        words = comment.split()
        hashes[name] = frozenset(
            word.removeprefix("sha256:") for word in words if word.startswith("sha256:")
        )
    return Pins(path, versions, hashes)


def check(wheels: Iterable[Path], pins: Pins) -> None:
    """Make sure that each of ``wheels`` of a package with hashes has one of them.

    Raises:
        DockwrightError: another one; it names the file and the way out.

    Example::

        check(Path("wheelhouse").glob("*.whl"), read(Path("constraints.txt")))
    """
    for wheel in wheels:
        name, version = named(wheel)
        known = pins.hashes.get(name) if name else None
        if known and (its := sha256(wheel.read_bytes()).hexdigest()) not in known:
            raise DockwrightError(
                f"{wheel}: is not {name} {version} as {pins.path} has it (sha256 {its[:12]}…); "
                "somebody may have put it there: look at it, remove it, and run this again"
            )


def requirements(wheels: Mapping[str, Iterable[Path]]) -> str:
    """What pip installs by ``--require-hashes`` from a folder of wheels.

    Args:
        wheels: files by the Python that they are for, such as ``3.11``.

    Example:
        >>> requirements({})
        ''
    """
    hashes: dict[tuple[str, str], set[str]] = {}
    pythons: dict[tuple[str, str], set[str]] = {}
    for python, files in wheels.items():
        for wheel in files:
            package, version = named(wheel)
            one = (str(package), str(version))
            hashes.setdefault(one, set()).add(sha256(wheel.read_bytes()).hexdigest())
            pythons.setdefault(one, set()).add(python)
    lines = []
    for (title, number), its in sorted(hashes.items()):
        some = sorted(pythons[title, number])
        only = " or ".join(f'python_version == "{python}"' for python in some)
        marker = f" ; {only}" if len(some) < len(wheels) else ""
        words = " ".join(f"--hash=sha256:{one}" for one in sorted(its))
        lines.append(f"{title}=={number}{marker} {words}\n")
    return "".join(lines)
