"""Which of apt's sources is the distribution's own archive, for the base image and for builds.

Others publish for the same suite and component, in folders of the same names: who signs decides,
or who the fetched lists say they are of; where a box tells neither, the shape of the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dockwright.site.apt_sources import AptEntry
from dockwright.value import Value

_USABLE = re.compile(r"https?://[^@$]+")  # a password would stand in an image's history
_PART = r"(?P<part>-updates|-security|/updates)?"
# what Debian calls its releases; an alias moves on
_DEBIAN = re.compile(
    rf"(?P<release>bullseye|bookworm|trixie|forky|(?:oldold|old)?stable|testing){_PART}"
)
_LIST = re.compile(r"mirror\+(?:file|copy):/*(?P<path>/.*)")
_LAST = 2**63


@dataclass(frozen=True)
class Apt(Value):
    """What a box's apt fetches from, and of which release the box is (``bookworm``)."""

    entries: Sequence[AptEntry] = ()
    distribution: str = ""  # ID of /etc/os-release, such as debian
    codename: str = ""


def debian_only(entries: Iterable[AptEntry], suite: str) -> list[AptEntry]:
    """The Debian archive's own entries, for ``suite``: the release, its updates, its security.

    Example:
        >>> found = [AptEntry("http://m.example/debian", "stable", ("main",))]
        >>> debian_only(found, "trixie")[0].suite
        'trixie'
    """
    chosen: dict[tuple[str, str], AptEntry] = {}
    for entry, part in _own(entries, "debian", ""):
        # of a release before 11 security has another name
        wanted = suite + ("-security" if part == "/updates" else part)
        chosen.setdefault((entry.uri, wanted), AptEntry(entry.uri, wanted, entry.components))
    return list(chosen.values())


def mirrors(apt: Apt) -> tuple[str | None, str | None]:
    """The URIs of the box's own release and of its security updates, for builds.

    Example:
        >>> entry = AptEntry("http://mirror.example/debian", "bookworm", ("main",))
        >>> mirrors(Apt([entry], "debian", "bookworm"))
        ('http://mirror.example/debian', None)
    """
    own = _own(apt.entries, apt.distribution, apt.codename)
    main = next((entry.uri for entry, part in own if not part), None)
    if main is None:
        return None, None
    return main, next((e.uri for e, part in own if part in ("-security", "/updates")), None)


def unusable(apt: Apt, distribution: str) -> list[str]:
    """URIs that builds can't fetch from: `cdrom:[…]/`, `mirror+http://…`; what an error names."""
    uris = [
        entry.uri
        for entry in apt.entries
        if "main" in entry.components
        and _part(entry.suite, distribution, "") is not None
        and not re.match(r"https?://", entry.uri)
    ]
    return list(dict.fromkeys(uris))


def _own(
    entries: Iterable[AptEntry], distribution: str, codename: str
) -> list[tuple[AptEntry, str]]:
    """The archive's entries, each with the part of the release that it is of, in their order."""
    candidates = []
    for entry in entries:
        part = _part(entry.suite, distribution, codename)
        usable = _USABLE.fullmatch(entry.uri) and not entry.trusted
        if part is None or "main" not in entry.components or not usable:
            continue
        has_publisher = bool(entry.origin or entry.signed_by)
        if _is_signed(entry, distribution) if has_publisher else _is_named(entry.uri, distribution):
            candidates.append((entry, part, has_publisher))
    sure = {part for _, part, has_publisher in candidates if has_publisher}
    updated = {entry.uri for entry, part, _ in candidates if part == "-updates"}
    return [
        (entry, part)
        for entry, part, has_publisher in candidates
        # a vendor's stands deeper, as /zabbix/6.4/debian, and has no updates
        if has_publisher
        or (part not in sure and (len(_folder(entry.uri)) == 1 or entry.uri in updated))
    ]


def _is_signed(entry: AptEntry, distribution: str) -> bool:
    if entry.origin:
        return entry.origin.lower() == distribution
    keyring = entry.signed_by.rpartition("/")[2]
    return "\n" not in entry.signed_by and keyring.startswith(f"{distribution}-archive")


def _part(suite: str, distribution: str, codename: str) -> str | None:
    """`-security` of `bookworm-security`, an empty text of `bookworm`; None: another release."""
    match = re.fullmatch(rf"(?P<release>{re.escape(codename)}){_PART}", suite) if codename else None
    if match is None and distribution == "debian":
        match = _DEBIAN.fullmatch(suite)
        moving = match is not None and re.search("stable|testing", match["release"])
        if codename and not moving:
            return None
    return None if match is None else match["part"] or ""


def _folder(uri: str) -> list[str]:
    return [part for part in uri.split("/")[3:] if part]


def _is_named(uri: str, distribution: str) -> bool:
    last = (_folder(uri) or [""])[-1]
    return re.fullmatch(rf"{re.escape(distribution)}(-.*)?", last) is not None


def followed(entries: Iterable[AptEntry], lists: Mapping[str, str]) -> list[AptEntry]:
    """``entries`` with a mirror in the place of every list of mirrors on the box.

    Example:
        >>> entry = AptEntry("mirror+file:/etc/apt/mirrors/debian.list", "bookworm", ("main",))
        >>> text = "http://far.example/debian\\tpriority:2\\nhttp://near.example/debian\\tpriority:1"
        >>> followed([entry], {"/etc/apt/mirrors/debian.list": text})[0].uri
        'http://near.example/debian'
    """
    mirrored = []
    for entry in entries:
        listed = _LIST.fullmatch(entry.uri)
        uri = _first(lists.get(listed["path"], ""), entry.suite) if listed else None
        mirrored.append(entry if uri is None else replace(entry, uri=uri))
    return mirrored


def _first(text: str, suite: str) -> str | None:
    """Of a list's mirrors the first that a build can use; apt-transport-mirror(1)."""
    ranked = []
    for line in text.splitlines():
        uri, *options = line.split("#", 1)[0].split() or [""]
        meta: dict[str, list[str]] = {}
        for option in options:
            name, _, value = option.partition(":")
            meta.setdefault(name, []).append(value)
        others = "deb" not in meta.get("type", ["deb"]) or suite not in meta.get("suite", [suite])
        if not _USABLE.fullmatch(uri) or others:
            continue
        priority = meta.get("priority", [""])[0]
        ranked.append((int(priority) if priority.isdecimal() else _LAST, uri))
    return min(ranked, key=lambda item: item[0])[1] if ranked else None
