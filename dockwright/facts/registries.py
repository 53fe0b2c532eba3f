"""What runs of ours put on a box for its registries: the record of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dockwright import places
from dockwright.box.fact import Fact
from dockwright.chain.registry_name import registry_name
from dockwright.errors import DockwrightError
from dockwright.value import Value

RECORD = places.REGISTRIES
_CA, _IMAGES = "ca", "images"


@dataclass(frozen=True)
class RecordedRegistries(Value):
    """The registries (``host[:port][/path]``) whose CA, and whose images' names, are of ours."""

    authorities: tuple[str, ...] = ()
    images: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Each of them once."""
        return tuple(dict.fromkeys([*self.authorities, *self.images]))

    def without(self, registries: Iterable[str]) -> RecordedRegistries:
        """The same without ``registries``.

        Example:
            >>> RecordedRegistries(("a:1", "b:1"), ("a:1",)).without(["a:1"]).all
            ('b:1',)
        """
        gone = set(registries)
        return RecordedRegistries(
            tuple(one for one in self.authorities if one not in gone),
            tuple(one for one in self.images if one not in gone),
        )

    def inherited(self, heirs: Iterable[str]) -> RecordedRegistries:
        """The same, with the CAs of ``heirs``.

        Example:
            >>> RecordedRegistries(("a:1",), ("a:1",)).inherited(["a:1", "b:1"]).authorities
            ('a:1', 'b:1')
        """
        return RecordedRegistries(tuple(dict.fromkeys([*self.authorities, *heirs])), self.images)

    def text(self) -> str:
        """The record's file.

        Example:
            >>> RecordedRegistries(("a:1",), ("a:1",)).text()
            'ca a:1\\nimages a:1\\n'
        """
        lines = [ca_line(one) for one in self.authorities]
        lines += [images_line(one) for one in self.images]
        return "".join(f"{line}\n" for line in lines)


def ca_line(registry: str) -> str:
    """What the record says of a CA of ours.

    Example:
        >>> ca_line("192.168.50.20:5000")
        'ca 192.168.50.20:5000'
    """
    return f"{_CA} {registry}"


def images_line(registry: str) -> str:
    """What the record says of images that we gave names of ``registry``.

    Example:
        >>> images_line("192.168.50.20:5000")
        'images 192.168.50.20:5000'
    """
    return f"{_IMAGES} {registry}"


def _is_registry(text: str) -> bool:
    try:
        return str(registry_name(text)) == text
    except DockwrightError:
        return False


class Registries(Fact[RecordedRegistries]):
    """The record of a box.

    Example::

        host.get_fact(Registries).authorities  # ('192.168.50.20:5000',)
    """

    about = "the registries that it had"

    def script(self) -> str:
        return f"cat {RECORD} 2>/dev/null; true"

    @staticmethod
    def default() -> RecordedRegistries:
        return RecordedRegistries()

    def read(self, lines: Iterable[str]) -> RecordedRegistries:
        pairs = [line.partition(" ")[::2] for line in lines]
        # what is none was written by other hands
        pairs = [(what, one) for what, one in pairs if _is_registry(one)]
        return RecordedRegistries(
            tuple(one for what, one in pairs if what == _CA),
            tuple(one for what, one in pairs if what == _IMAGES),
        )
