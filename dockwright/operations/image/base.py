"""The base image: pulled, or bootstrapped from the mirror where no hub is in reach."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import Change, Sign, short
from dockwright.box.this_run import this_run
from dockwright.chain.external import familiar
from dockwright.chain.reference import parse
from dockwright.commands.declare import Call, Commands, fail, operation
from dockwright.commands.expected import ENGINE, check_settled, expect
from dockwright.commands.script import Script
from dockwright.engine.place import EXPORT
from dockwright.errors import DockwrightError, NotReady
from dockwright.facts.apt import AptArchives
from dockwright.facts.image import images_on
from dockwright.facts.signatures import is_signed
from dockwright.operations.image.access import pull_as
from dockwright.operations.image.asked import ask_one, name_of, not_signed, remark
from dockwright.registry.login import Login, LoginSource
from dockwright.scripts import text
from dockwright.site.apt_archive import debian_only, unusable
from dockwright.site.apt_sources import KEYRING, AptEntry, render_sources
from dockwright.ways_out import WayOut, way_out

_SUITE = re.compile(r"[a-z][a-z0-9-]*")
_PULL_SECONDS = 600
_WAYS = {
    "auto": "pulled, else bootstrapped",
    "pull": "pulled",
    "bootstrap": "bootstrapped",
}
# $1 tag, $2 suite, $3 source, $4 seconds to pull, $5 why it can't be bootstrapped; the apt
# sources come on standard input. mmdebstrap's tar goes to a file first: a half one never becomes
# an image. apt's way to the mirror (a proxy) is the box's, and does not stay in the image.
_MAKE = EXPORT + "\n" + text("image/base")


@operation()
def base(
    tag: str = "debian:bookworm",
    suite: str = "bookworm",
    source: str = "auto",
    mirror: str | None = None,
    security_mirror: str | None = None,
    refresh: bool = False,
    registries: Mapping[str, LoginSource] | None = None,
) -> Commands:
    """Have the image that a chain begins with.

    Args:
        tag: its name, ``name:tag``; without a tag ``latest`` is meant.
        suite: the release to bootstrap.
        source: ``pull``, ``bootstrap``, or ``auto``: pull, and bootstrap where that fails.
        mirror: URI to bootstrap from; by default where the box's own apt fetches from.
        security_mirror: URI of the security archive.
        refresh: make or pull it anew though it is there; the former one stays without a tag.
        registries: the site's (``host[:port][/path]``) with their logins; where one has it, as
            `image.push` leaves it there, it is pulled from that: what stands on it stays so.

    Raises:
        OperationError: no mirror to bootstrap from, or pull or bootstrap failed.

    Example::

        image.base("debian:bookworm", source="bootstrap")
    """
    tag = familiar(tag)
    if source not in ("auto", "pull", "bootstrap"):
        raise DockwrightError(f"source {source!r}: use auto, pull or bootstrap")
    if not _SUITE.fullmatch(suite):
        raise DockwrightError(
            f"base image {tag}, suite {suite!r}: no release is called so; give one such as bookworm"
        )
    for uri in (mirror, security_mirror):
        # a space or a line break would be further words of apt's sources
        if uri is not None and not re.fullmatch(r"[!-~]+", uri):
            raise DockwrightError(
                f"base image {tag}: mirror {uri!r}: not a URI; give one such as http://host/debian"
            )
    check_settled(str(host.name), [ENGINE])
    if not refresh and tag in images_on(host):
        host.noop(f"base image {tag} is there")
        return
    expect(str(host.name), [tag])
    unbuilt = this_run(host.state).unbuilt if host.state.is_executing else {}
    if tag not in images_on(host):
        unbuilt[tag] = f"image {tag} could not be had, see above"
    if not refresh:
        for place in registries or {}:
            check_settled(place, [tag])
        for place, login in (registries or {}).items():
            who, digest = _in_registry(place, login, tag)
            if digest is not None:
                repository = f"{place}/{tag.rpartition(':')[0]}"
                log.changes(host, [Change("+", f"image {tag}", (f"from {place}", short(digest)))])
                call = Call(f"pull {tag} from {place}", pull_as, repository, digest, (tag,), who)
                yield call.because([f"{tag} is not on box {host.name}, and {place} has it"])
                # who asks for more has done what was yielded
                unbuilt.pop(tag, None)
                return
    entries, passed_over = _given(suite, mirror, security_mirror), list[str]()
    if source != "pull" and not entries:
        apt = host.get_fact(AptArchives)
        entries = debian_only(apt.entries, suite)
        if not any(entry.suite == suite for entry in entries):
            entries, passed_over = [], unusable(apt, "debian")
    others = f" but {', '.join(passed_over)}, which a build can't use" if passed_over else ""
    why = (
        f"box {host.name} has no mirror of Debian {suite} in its apt{others}; "
        f"{way_out(WayOut.NAME_MIRROR)}"
    )
    if source == "bootstrap" and not entries:
        yield fail(f"base image {tag}: {why}")
        return
    # without a mirror there is only one way left
    way = source if entries else "pull"
    what = f"base image {tag}: {'pull, or bootstrap' if way == 'auto' else way}"
    arguments = [tag, suite, way, str(_PULL_SECONDS), *([why] if way != source else [])]
    sign: Sign = "~" if refresh else "+"
    log.changes(host, [Change(sign, f"image {tag}", (_WAYS[way],))])
    yield Script(what, _MAKE, *arguments, stdin=render_sources(entries) or None)
    unbuilt.pop(tag, None)


def _in_registry(place: str, login: LoginSource, tag: str) -> tuple[Login | None, str | None]:
    if parse(tag).domain is not None:
        return None, None
    try:
        who, has = ask_one(place, login, [tag])
        digest = has[tag]
        if digest is not None and not is_signed(host, place, name_of(tag), digest, who):
            remark(not_signed(place, tag, digest))
            return who, None
        return who, digest
    except NotReady:
        return None, None  # no engine, no registry or no trust in it yet: there are other ways


def _given(suite: str, mirror: str | None, security: str | None) -> list[AptEntry]:
    entries = [] if mirror is None else [AptEntry(mirror, suite, ("main",), KEYRING)]
    if security is not None:
        entries.append(AptEntry(security, f"{suite}-security", ("main",), KEYRING))
    return entries
