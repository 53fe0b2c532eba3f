"""A leaf's file of what it may reach: what its jobs run before their containers start.

It makes the leaf's network and loads the rules of it, whatever init runs it. Rules of the
destination ask for the address that a container named (``ctorigdst``): by the time they are asked,
the engine has put a container's address in the place of a published port's.
"""

from collections.abc import Container, Iterator
from hashlib import sha256
from pathlib import Path

from dockwright import places
from dockwright.boot.job import Group
from dockwright.boot.reach import Destination, Reach, network_name
from dockwright.inits.file import File
from dockwright.scripts import text
from dockwright.templates import render

FOLDER = places.REACHES
_SUFFIX = ".reach"
# bridges that engines make: where containers are
_BRIDGES = ("docker+", "br-+", "dw-+")


def path_of(leaf: str) -> str:
    """Where the leaf has the file.

    Example:
        >>> path_of("zenweb")
        '/etc/dockwright/reach/zenweb.reach'
    """
    return f"{FOLDER}/{leaf}{_SUFFIX}"


def owned(leaf: str, filename: str) -> bool:
    """Whether a file in ``FOLDER`` is the leaf's.

    Example:
        >>> owned("app", "app.reach"), owned("app", "app-worker.reach")
        (True, False)
    """
    return filename == f"{leaf}{_SUFFIX}"


def leaf_of_path(path: str) -> str | None:
    """The leaf whose file of what it may reach is at ``path``; None where it is none.

    Example:
        >>> leaf_of_path("/etc/dockwright/reach/app.reach"), leaf_of_path("/etc/hosts")
        ('app', None)
    """
    folder, _, filename = path.rpartition("/")
    if folder != FOLDER or not filename.endswith(_SUFFIX):
        return None
    return filename.removesuffix(_SUFFIX)


def bridge(leaf: str) -> str:
    """The leaf's bridge; a name has 15 characters at the most, and a leaf may have more.

    Example:
        >>> bridge("zenweb")
        'dw-abe8b10290c5'
    """
    return f"dw-{sha256(leaf.encode()).hexdigest()[:12]}"


def chain(leaf: str) -> str:
    """The leaf's chain of rules.

    Example:
        >>> chain("zenweb")
        'DW-abe8b10290c5'
    """
    return f"DW-{bridge(leaf)[3:]}"


def loaded_before(leaf: str, paths: Container[str]) -> str:
    """What a shell does before it starts a container of a leaf that has the file: load it.

    Args:
        leaf: the leaf's name.
        paths: of the files that the box has.

    Example:
        >>> loaded_before("app", ["/etc/dockwright/reach/app.reach"])
        'sh /etc/dockwright/reach/app.reach </dev/null || exit; '
    """
    path = path_of(leaf)
    return f"sh {path} </dev/null || exit; " if path in paths else ""


def reach_file(group: Group, folder: str | Path = "templates") -> tuple[File, ...]:
    """The file of a leaf that has one; else none.

    Args:
        group: the leaf's jobs.
        folder: the user's own templates, looked up first.

    Example:
        >>> from dockwright.boot.group import group
        >>> web = group("web", "web: docker run web", "Procfile", reach=Reach())
        >>> [file.path for file in reach_file(web)]
        ['/etc/dockwright/reach/web.reach']
    """
    if group.reach is None:
        return ()
    leaf = group.leaf
    values = {
        "leaf": leaf,
        "network": network_name(leaf),
        "bridge": bridge(leaf),
        "chain": chain(leaf),
        "functions": text("reach/functions").strip("\n"),
        "allowed": list(_allowed(group.reach, leaf)),
        "names": group.reach.names or group.reach.anywhere,
        "others": list(_others(group.reach, leaf)),
    }
    made = render("reach/load.sh.j2", values, folder=folder)
    return (File(path_of(leaf), made, 0o644),)


def _allowed(reach: Reach, leaf: str) -> Iterator[str]:
    """Rules in the form that iptables itself prints them in."""
    # who asked from outside is answered
    yield "-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN"
    # its own containers, where the kernel asks rules within a bridge too
    yield f"-o {bridge(leaf)} -j RETURN"
    for target in reach.targets:
        yield f"{_to(target)} -j RETURN"


def _to(target: Destination) -> str:
    rule = f"-m conntrack --ctorigdst {target.network}"
    if target.ports is None:
        return rule
    first, last = target.ports
    ports = str(first) if first == last else f"{first}:{last}"
    return f"-p {target.protocol} {rule} --ctorigdstport {ports}"


def _others(reach: Reach, leaf: str) -> Iterator[str]:
    if reach.anywhere:
        # the box itself, by whatever address, and what it publishes
        yield "-m addrtype ! --dst-type UNICAST -j REJECT"
        yield "-m conntrack --ctstate DNAT -j REJECT"
        for address in reach.site:
            yield f"-m conntrack --ctorigdst {address} -j REJECT"
        for name in _BRIDGES:
            yield f"-o {name} -j REJECT"
        return
    yield "-j REJECT"
