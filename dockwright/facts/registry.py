"""What a registry's host has for its registry, and what a Docker host trusts.

Every fact here is one command that prints each line of a file behind a label: a file that is
absent prints nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from shlex import quote

from dockwright.box.fact import Fact
from dockwright.registry import places
from dockwright.registry.certificate import Pair
from dockwright.site.exposure import exposed
from dockwright.value import Value


@dataclass(frozen=True)
class Files(Value):
    """Texts of files by label, and modes by path, as ``640 0:5000``; an absent file has none.

    The repr has no texts: one of them may be a password.
    """

    texts: dict[str, str] = field(default_factory=dict, repr=False)
    modes: dict[str, str] = field(default_factory=dict)

    def wrong(self, *paths: str) -> list[str]:
        """Those of ``paths`` whose mode or owner is not as `dockwright.registry.places` has it.

        Example:
            >>> Files(modes={"/srv/registry": "755 0:0"}).wrong("/srv/registry")
            ['/srv/registry']
        """
        return [path for path in paths if self.modes.get(path) != places.MODES[path]]

    def exposed(self, path: str, folder: str | None = None) -> bool:
        """Whether others than root, and the registry's group, could have read ``path``.

        Example:
            >>> files = Files(modes={"/etc/dockwright/registry.password": "644 0:0"})
            >>> files.exposed("/etc/dockwright/registry.password")
            True
        """
        # the group that it is to have may read it
        groups = [places.MODES[path].rpartition(":")[2]]
        return exposed(self.modes.get(path), self.modes.get(folder or ""), groups)

    def pair(self) -> Pair:
        """The certificate and key among them."""
        return Pair(
            certificate=self.texts.get("certificate"),
            public_key=self.texts.get("public"),
            issuer=self.texts.get("issuer"),
            now=datetime.fromtimestamp(int(self.texts.get("now", "0")), UTC),
        )


class _Printed(Fact[Files]):
    about = "the registry's files"

    @staticmethod
    def default() -> Files:
        return Files()

    def read(self, said: Iterable[str]) -> Files:
        lines: dict[str, list[str]] = defaultdict(list)
        for line in said:
            label, labelled, text = line.partition(":")
            if labelled:
                lines[label].append(text)
        modes = {}
        for line in lines.pop("mode", []):
            mode, owner, path = line.split(" ", 2)
            modes[path] = f"{mode} {owner}"
        return Files({label: "\n".join(text) for label, text in lines.items()}, modes)


class Authority(_Printed):
    """The host's CA: ``certificate``, ``public``, ``now``; the key stays on its box.

    Example::

        host.get_fact(Authority).texts.get("certificate")  # '-----BEGIN CERTIFICATE-----…'
    """

    about = "the registry's CA"

    def script(self) -> str:
        return _script(
            _now(),
            _modes(
                places.HOME,
                places.AUTHORITY,
                places.AUTHORITY_KEY,
                places.AUTHORITY_CERTIFICATE,
            ),
            _public(places.AUTHORITY_KEY),
            _text("certificate", places.AUTHORITY_CERTIFICATE),
        )


class ServerCertificate(_Printed):
    """The registry's own: ``certificate``, ``public``, ``now``, and the ``issuer`` on the box.

    Example::

        host.get_fact(ServerCertificate).pair().now  # datetime.datetime(2026, 11, 24, …)
    """

    about = "the registry's certificate"

    def script(self) -> str:
        return _script(
            _now(),
            _modes(places.SETTINGS, places.KEY, places.CERTIFICATE),
            _public(places.KEY),
            _text("certificate", places.CERTIFICATE),
            _text("issuer", places.AUTHORITY_CERTIFICATE),
        )


class Catalogue(_Printed):
    """As `ServerCertificate`, of the catalogue of packaged boxes; and the mode of its folders.

    Example::

        host.get_fact(Catalogue).modes["/srv/catalogue"]  # '755 0:0'
    """

    about = "the catalogue's certificate"

    def script(self) -> str:
        return _script(
            _now(),
            _modes(places.CATALOGUE, places.CATALOGUE_KEY, places.CATALOGUE_CERTIFICATE),
            # it may stand on a larger disk, behind a link
            _modes(places.CATALOGUE_DATA, follow=True),
            _public(places.CATALOGUE_KEY),
            _text("certificate", places.CATALOGUE_CERTIFICATE),
            _text("issuer", places.AUTHORITY_CERTIFICATE),
        )


class Login(_Printed):
    """Who may write, or with ``reader`` read: ``password`` as its file has it, and ``htpasswd``.

    It answers with a secret. Ask by `dockwright.box.secret.get_unseen` or
    `dockwright.box.other_host.from_host`: with ``host.get_fact``, ``-vvv`` prints it.

    Example::

        from_host("registry", Login).texts["password"]  # 's3cret'
    """

    about = "the registry's login"

    def script(self, reader: bool = False) -> str:
        password = places.READER_PASSWORD if reader else places.PASSWORD
        hashed = places.READERS if reader else places.HTPASSWD
        return _script(
            _modes(places.HOME, password, places.SETTINGS, hashed),
            _text("password", password),
            _text("htpasswd", hashed),
        )


class Server(_Printed):
    """The registry's folders, and the texts of its ``config`` and of ``front``, nginx's.

    Example::

        host.get_fact(Server).modes["/srv/registry"]  # '750 5000:5000'
    """

    about = "the registry's settings"

    def script(self) -> str:
        return _script(
            _modes(places.HOME, places.SETTINGS, places.CONFIG, places.FRONT),
            # data may stand on a larger disk, behind a link
            _modes(places.DATA, follow=True),
            _text("config", places.CONFIG),
            _text("front", places.FRONT),
        )


class Trust(_Printed):
    """The ``certificate`` a Docker host trusts for a ``registry`` (``host[:port][/path]``).

    Example::

        host.get_fact(Trust, "192.168.50.20:5000").texts
        # {'certificate': '-----BEGIN CERTIFICATE-----…'}
    """

    about = "its trust in a registry"

    def script(self, registry: str) -> str:
        path = places.trusted(registry)
        return _script(_modes(path), _text("certificate", path))


def _script(*parts: str) -> str:
    return "; ".join([*parts, "true"])


def _now() -> str:
    return "date +now:%s"


def _modes(*paths: str, follow: bool = False) -> str:
    option = "-L " if follow else ""
    return f"stat {option}-c 'mode:%a %u:%g %n' {' '.join(map(quote, paths))} 2>/dev/null"


def _text(label: str, path: str) -> str:
    # the echo ends a last line that has no newline
    return f"sed 's/^/{label}:/' {quote(path)} 2>/dev/null; echo"


def _public(path: str) -> str:
    return f"openssl pkey -in {quote(path)} -pubout 2>/dev/null </dev/null | sed 's/^/public:/'"
