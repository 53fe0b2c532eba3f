"""Registries that a site had and has no more: what runs of ours left on a box for them.

`dockwright.operations.registry.trust`, `image.pull` and `image.push` put it on record; `only`
takes away what is on record, and nothing of other hands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.connectors.util import CommandOutput

from dockwright import sdk
from dockwright.box import log
from dockwright.box.change import Change
from dockwright.box.privilege import as_root
from dockwright.chain.recipe import LABEL, NAME_LABEL
from dockwright.chain.reference import parse
from dockwright.chain.registry_name import registry_name
from dockwright.commands.declare import Call, Commands, Line, operation
from dockwright.commands.expected import expect, is_changing
from dockwright.commands.script import Script
from dockwright.commands.write import Write
from dockwright.engine.client import talking, worker
from dockwright.errors import DockwrightError
from dockwright.facts.boot import FORMER, Boot, BootJobs
from dockwright.facts.image import EngineImage, images_on
from dockwright.facts.registries import RECORD, Registries
from dockwright.inits.names import leaf_of
from dockwright.operations.boot.alike import PINNED
from dockwright.operations.boot.ports import switch_of
from dockwright.registry import places
from dockwright.text import line

_ADD = 'umask 077; mkdir -p "${1%/*}"; grep -qxF -- "$2" "$1" 2>/dev/null || echo "$2" >>"$1"'
# $1 the folder of former versions, then of each image its name, that as sed has it, and its ID.
# What is in env files is no image.
_REPIN = """
folder=$1; shift
while [ $# -gt 2 ]; do
  grep -rlF --exclude-dir=dockwright -- "$1" "$folder" 2>/dev/null | while read -r path; do
    sed -i "s|\\\\([ \\"']\\\\)$2|\\\\1$3|g" "$path"
  done
  shift 3
done
"""


class Named(NamedTuple):
    """An image by its ID, its ``names`` that go, and one that it is given where it has no other."""

    id: str
    names: tuple[str, ...]
    instead: str | None = None


class _ByRoot(Line):
    """A line that root runs, whoever the operation's other commands are run by."""

    def execute(
        self, state: State, host: Host, connector_arguments: Any
    ) -> tuple[bool, CommandOutput]:
        return super().execute(state, host, {**connector_arguments, **as_root(host)})


def remember(record: str) -> StringCommand:
    """The command that puts a line on record (`dockwright.facts.registries`), as root.

    An image is pushed and pulled by who may use the engine, and that may be no root.

    Example::

        remember(ca_line("192.168.50.20:5000"))
    """
    return _ByRoot("sh", "-c", QuoteString(_ADD), "sh", RECORD, QuoteString(record))


@operation()
def only(registries: Collection[str]) -> Commands:
    """Take away what is on record of registries that are none of ``registries``.

    That is the CA an engine trusts for one, and the names that images have of it; an image stays.
    While a boot job names its image by one, that one stays. Former versions of leaves are pinned
    to their images by ID, so that there is a way back.

    Args:
        registries: those of the site, ``host[:port][/path]``.

    Example::

        registry.only(["192.168.50.20:5000"])
    """
    known = host.get_fact(Registries)
    left = [one for one in known.all if one not in set(registries)]
    if not left or is_changing(str(host.name), [RECORD]):
        host.noop("no registry is on record that is not the site's")
        return
    boot = host.get_fact(BootJobs)
    every = tuple(dict.fromkeys([*known.all, *registries]))
    in_use = {one: leaf for one, leaf in _named_by(boot, every) if one in left}
    for one, leaf in in_use.items():
        log.info(host, f"registry {one} stays: a boot job of {leaf} names it")
    going = [one for one in left if one not in in_use]
    if not going:
        host.noop(f"registry {', '.join(left)}: a boot job names it as yet")
        return
    images = _named({image.id: image for image in images_on(host).values()}, going, every)
    formers = set[str]().union(*boot.former.values())
    repin = [(name, one.id) for one in images for name in one.names if _digest(name) in formers]
    domains = {registry_name(one).domain for one in (*registries, *in_use)}
    untrusted = [
        one
        for one in known.authorities
        if one in going and registry_name(one).domain not in domains
    ]
    expect(str(host.name), [RECORD])
    names = sum(len(one.names) for one in images)
    for one in going:
        said = [f"its names of {len(images)} images"] if names else []
        log.changes(
            host,
            [Change("-", f"registry {one}", (*said, *(["its CA"] if one in untrusted else [])))],
        )
    if repin:
        triples = [text for name, image in repin for text in (name, _quoted(name), image)]
        yield Script("former versions by their images' IDs", _REPIN, FORMER, *triples)
    if images:
        yield Call(f"remove {names} names of {', '.join(going)}", remove_names, images)
    for one in untrusted:
        path = places.trusted(one)
        folder = path.rpartition("/")[0]
        yield StringCommand("rm", "-f", QuoteString(path))
        yield StringCommand(
            *("[ ! -d", QuoteString(folder), "] ||"),
            *("rmdir", "--ignore-fail-on-non-empty", QuoteString(folder)),
        )
    # one of another path has the same CA, which was put there for that one
    theirs = {registry_name(one).domain for one in known.authorities if one in going}
    heirs = [one for one in registries if registry_name(one).domain in theirs]
    yield Write(RECORD, known.without(going).inherited(heirs).text(), mode=0o600)


def owner_of(name: str, registries: Iterable[str]) -> str | None:
    """The one of ``registries`` that ``name`` is of: of several with one host that of the
    longest path; None where it is of none.

    Example:
        >>> owner_of("h:1/team/web@sha256:" + 64 * "0", ["h:1", "h:1/team"])
        'h:1/team'
    """
    try:
        reference = parse(name)
    except DockwrightError:
        return None
    owners = [one for one in registries if registry_name(one).image(reference) is not None]
    return max(owners, key=len, default=None)


def _named_by(boot: Boot, registries: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Registries by which a job's file names its image, now and after its switch; with its leaf."""
    for path, file in boot.files.items():
        leaf = leaf_of(path.rpartition("/")[2])
        if is_changing(str(host.name), [switch_of(leaf)]):
            continue
        for name in PINNED.findall(file.content):
            if (one := owner_of(name, registries)) is not None:
                yield one, leaf


def _named(
    images: Mapping[str, EngineImage], going: Collection[str], registries: Iterable[str]
) -> list[Named]:
    entries = []
    for image in images.values():
        names = (*image.tags, *image.digests)
        its = [name for name in names if owner_of(name, registries) in going]
        if not its:
            continue
        instead = None
        if len(its) == len(names):
            # with its last name an image goes, and a leaf may be to go back to it
            recipe = image.labels.get(LABEL, "")
            called = image.labels.get(NAME_LABEL)
            if not recipe or not called:
                continue
            instead = f"{called}:r-{recipe.removeprefix('sha256:')[:12]}"
        entries.append(Named(image.id, tuple(its), instead))
    return entries


def _digest(name: str) -> str:
    return name.rpartition("@")[2]


def _quoted(name: str) -> str:
    return re.sub(r"([.\\[\]*^$|])", r"\\\1", name)


def remove_names(images: Sequence[Named]) -> None:
    """Take ``names`` from images, which stay; what a Call runs.

    Example::

        remove_names([Named("sha256:…", ("192.168.50.20:5000/web:latest",))])
    """
    with talking(host):
        engine = worker(host)
        for image in images:
            if image.instead is not None:
                name, _, tag = image.instead.rpartition(":")
                engine.tag(image.id, name, tag)
            for one in image.names:
                try:
                    engine.remove_image(one)
                except sdk.NotFound:
                    continue  # with a repository's last tag go its digests
                except sdk.APIError as error:
                    log.info(host, f"{one} stays: {line(str(error.explanation), 500)}")
