"""What apt says of archives that it could not fetch from, in its kinds.

`apt-get update` without a mirror ends with 0, and the command behind it says that packages are not
there: builds, base images and installations are read here for the cause. Values in, words out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dockwright.ways_out import WayOut, way_out

# "W: Failed to fetch http://mirror/debian/dists/bookworm/InRelease  Could not connect to …"
_FAILED = re.compile(r".*\b[WE]: Failed to fetch (?P<uri>\S+) +(?P<why>.*\S)\s*")
# "Err:3 http://mirror/debian bookworm InRelease", and why in a line behind it, set in
_ERR = re.compile(r".*\bErr:\d+ (?P<uri>[a-z+]+:\S+)(?P<rest>(?: .*)?)")
_SET_IN = re.compile(r"\s+(?P<why>\S.*\S)\s*")
# "E: The repository 'http://mirror/debian bookworm Release' does not have a Release file."
_REPOSITORY = re.compile(r".*\b[WE]: The repository '(?P<uri>\S+)[^']*' (?P<why>.*\S)\s*")
# "E: Release file for http://mirror/debian/dists/… is expired (invalid since 3d …)"
_RELEASE = re.compile(r".*\b[WE]: Release file for (?P<uri>\S+) (?P<why>is .*\S)\s*")
# "W: GPG error: http://mirror/debian bookworm InRelease: The following signatures …"
_GPG = re.compile(r".*\b[WE]: GPG error: (?P<uri>\S+)[^:]*: (?P<why>.*\S)\s*")
# what is one of an archive's files, and what of its name is
_FILE = re.compile(r"(?P<archive>[a-z+]+://.+?)/(?:dists|pool)/.*")
_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")
_LONGEST = 160

# By kind the words that tell it, small letters, and what is said of the mirror. The first counts.
_KINDS: Mapping[str, tuple[Sequence[str], str]] = {
    "untrusted": (
        ("certificate", "gpg error", "no_pubkey", "not signed", "signature", "handshake"),
        "is not trusted",
    ),
    "expired": (("is expired", "not valid yet"), "is out of date, or the clock is wrong"),
    "changing": (("hash sum mismatch", "unexpected size"), "changed meanwhile"),
    "lacks": (
        ("404", "410 ", "not found", "no longer has", "does not have a release file"),
        "has not what was asked for",
    ),
    "refused": (("401", "403", "407", "forbidden", "unauthorized"), "lets nobody in"),
    "away": (
        (
            *("could not connect", "unable to connect", "cannot initiate", "connection"),
            *("could not resolve", "temporary failure", "something wicked", "no route"),
            *("unreachable", "timed out", "timeout", "error reading from server", "reset by peer"),
            *("500 ", "502 ", "503 ", "504 ", "bad gateway", "service unavailable"),
            *("name or service not known", "no address associated", "undetermined error"),
        ),
        "did not answer",
    ),
}
_WAYS: Mapping[str, tuple[str, WayOut | None]] = {
    "away": ("see that it is up and in reach, or ", WayOut.OTHER_MIRROR),
    "refused": ("see what its proxy or its login asks for, or ", WayOut.OTHER_MIRROR),
    "lacks": ("see that it has the release, or ", WayOut.OTHER_MIRROR),
    "untrusted": ("", WayOut.TRUST_MIRROR),
    "expired": ("see the clock, and whether the mirror is still kept up", None),
    "changing": ("run it again", None),
}


@dataclass(frozen=True)
class AptTrouble:
    """An archive that apt could not fetch from.

    ``of`` is one of away, refused, lacks, untrusted, expired and changing.
    """

    of: str
    archive: str
    why: str  # apt's own words

    @property
    def line(self) -> str:
        """It in words, with the way out.

        Example:
            >>> AptTrouble("changing", "http://m.test/debian", "Hash Sum mismatch").line
            'the mirror http://m.test/debian changed meanwhile (Hash Sum mismatch); run it again'
        """
        look, way = _WAYS[self.of]
        out = look + (way_out(way) if way else "")
        return f"the mirror {self.archive} {_KINDS[self.of][1]} ({self.why}); {out}"


def apt_trouble(lines: Iterable[str]) -> AptTrouble | None:
    """The first archive that apt could not fetch from, by what it printed; None where it could.

    One that did not answer goes before what other archives lack: that may follow from it.

    Example:
        >>> apt_trouble(["W: Failed to fetch http://m.test/debian/dists/a/Release  404  Not Found"])
        AptTrouble(of='lacks', archive='http://m.test/debian', why='404  Not Found')
        >>> apt_trouble(["E: Unable to locate package nosuch"]) is None
        True
    """
    troubles = [trouble for uri, why in _told(lines) if (trouble := _trouble(uri, why)) is not None]
    order = list(_WAYS)
    return min(troubles, key=lambda one: order.index(one.of), default=None)


def _told(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Addresses, each with what apt said of it."""
    uri = ""
    for line in lines:
        if uri and (set_in := _SET_IN.fullmatch(line)) is not None:
            yield uri, set_in["why"]
        uri = ""
        if (err := _ERR.fullmatch(line)) is not None:
            uri = err["uri"]
            continue
        for pattern in (_FAILED, _REPOSITORY, _RELEASE, _GPG):
            if (match := pattern.fullmatch(line)) is not None:
                gpg = "GPG error: " if pattern is _GPG else ""
                yield match["uri"], gpg + match["why"]
                break


def _trouble(uri: str, why: str) -> AptTrouble | None:
    lowered = why.lower()
    of = next((of for of, (words, _) in _KINDS.items() if any(w in lowered for w in words)), None)
    if of is None:
        return None
    inside = _FILE.fullmatch(uri)
    archive = _CREDENTIALS.sub("", inside["archive"] if inside else uri)
    return AptTrouble(of, archive.rstrip("/"), why[:_LONGEST])
