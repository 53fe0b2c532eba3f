"""What the files of an image say of its packages: dpkg's status, wheels, gems, the release."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser

STATUS, STATUS_FOLDER = "var/lib/dpkg/status", "var/lib/dpkg/status.d/"
_RELEASE = ("usr/lib/os-release", "etc/os-release")
_LINE = re.compile(r"""(?P<key>[A-Z_]+)=(?P<quote>["']?)(?P<value>.*)(?P=quote)""")
# RubyGems writes it into each specification, for itself to read: name, version, platform
_STUB = re.compile(r"# stub: (?P<name>[\w.-]+) (?P<version>[0-9][\w.]*) (?P<platform>[\w.-]+) ")
# what is unpacked is inside, whatever dpkg had still to do with it
_ON_DISK = re.compile(
    r"^(Status: \S+ \S+ )(?:unpacked|half-configured|triggers-awaited|triggers-pending)$", re.M
)
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+!_-]*")


@dataclass(frozen=True, order=True)
class Package:
    """A package that dpkg did not bring: ``family`` is pypi or gem, as package URLs call it."""

    family: str
    name: str
    version: str
    platform: str | None = None  # of a gem that was built for one


def status(files: Mapping[str, bytes]) -> str:
    """dpkg's status as one text; images without dpkg may have a file for each package instead.

    Args:
        files: by path.

    Example:
        >>> status({"var/lib/dpkg/status.d/tzdata": b"Package: tzdata\\nVersion: 1-1\\n"})
        'Package: tzdata\\nVersion: 1-1\\n'
    """
    pieces = [files.get(STATUS, b"")]
    pieces += [
        files[path]
        for path in sorted(files)
        # sums of a package's files stand there too
        if path.startswith(STATUS_FOLDER) and not path.endswith(".md5sums")
    ]
    whole = [piece.decode("utf-8", "replace").strip("\n") for piece in pieces if piece.strip()]
    return _ON_DISK.sub(r"\g<1>installed", "\n\n".join(whole)) + "\n" if whole else ""


def release(files: Mapping[str, bytes]) -> dict[str, str]:
    """What os-release says, by key.

    Example:
        >>> release({"etc/os-release": b'ID=debian\\nVERSION_CODENAME="trixie"\\n'})
        {'ID': 'debian', 'VERSION_CODENAME': 'trixie'}
    """
    for path in _RELEASE:
        lines = files.get(path, b"").decode("utf-8", "replace").splitlines()
        known = {
            match["key"]: match["value"]
            for line in lines
            if (match := _LINE.fullmatch(line.strip())) is not None
        }
        if known:
            return known
    return {}


def others(files: Mapping[str, bytes]) -> list[Package]:
    """The wheels and gems; what is no such file, or says no name and version, is left out.

    Example:
        >>> others({"opt/app/x-1.0.dist-info/METADATA": b"Name: x\\nVersion: 1.0\\n"})
        [Package(family='pypi', name='x', version='1.0', platform=None)]
    """
    return sorted(set(_wheels(files)) | set(_gems(files)), key=lambda one: str(one))


def _wheels(files: Mapping[str, bytes]) -> Iterator[Package]:
    for path, content in files.items():
        if not path.endswith(".dist-info/METADATA"):
            continue
        headers = HeaderParser().parsestr(content.decode("utf-8", "replace"))
        name, version = str(headers["Name"]).strip(), str(headers["Version"]).strip()
        if _NAME.fullmatch(name) and _VERSION.fullmatch(version) and "None" not in (name, version):
            yield Package("pypi", name, version)


def _gems(files: Mapping[str, bytes]) -> Iterator[Package]:
    for path, content in files.items():
        if not path.endswith(".gemspec") or "specifications/" not in path:
            continue
        stub = _STUB.search(content[:4096].decode("utf-8", "replace"))
        if stub is not None:
            platform = None if stub["platform"] == "ruby" else stub["platform"]
            yield Package("gem", stub["name"], stub["version"], platform)
