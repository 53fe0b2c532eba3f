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
from dockwright.registry import places, renewal
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

    def pair(self, of: str = "") -> Pair:
        """The certificate and key among them; with ``of`` as ``next`` those of the next CA."""
        return Pair(
            certificate=self.texts.get(of or "certificate"),
            public_key=self.texts.get(f"{of}-public" if of else "public"),
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

    ``next`` is the certificate of the one that is going to take its place, with ``next-public``,
    and ``former`` that of the one whose place it took.

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
                places.NEXT_KEY,
                places.NEXT_AUTHORITY,
                places.FORMER_AUTHORITY,
            ),
            _public(places.AUTHORITY_KEY),
            _text("certificate", places.AUTHORITY_CERTIFICATE),
            _public(places.NEXT_KEY, "next-public"),
            _text("next", places.NEXT_AUTHORITY),
            _text("former", places.FORMER_AUTHORITY),
        )


def authorities(files: Files) -> str | None:
    """All CAs that the registry may be known by now, PEM: while one follows another, both.

    Args:
        files: what `Authority` says.

    Example:
        >>> authorities(Files({"certificate": "A", "next": "B"}))
        'A\\nB'
    """
    if "certificate" not in files.texts:
        return None
    labels = ("certificate", "next", "former")
    # in an order of their own: while they change places, what trusts both stays as it is
    return "\n".join(sorted({files.texts[one] for one in labels if files.texts.get(one)}))


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

    ``made`` is when the password's file was written, and ``now`` the host's clock.

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
            _now(),
            f"stat -L -c made:%Y {quote(password)} 2>/dev/null",
            _modes(places.HOME, password, places.SETTINGS, hashed),
            _text("password", password),
            _text("htpasswd", hashed),
        )


class Server(_Printed):
    """The registry's folders, and the texts of its ``config``, ``front`` (nginx) and ``caches``.

    Example::

        host.get_fact(Server).modes["/srv/registry"]  # '750 5000:5000'
    """

    about = "the registry's settings"

    def script(self) -> str:
        return _script(
            _modes(places.HOME, places.SETTINGS, places.CONFIG, places.FRONT, places.CACHES),
            # data may stand on a larger disk, behind a link
            _modes(places.DATA, follow=True),
            _text("config", places.CONFIG),
            _text("front", places.FRONT),
            _text("caches", places.CACHES),
        )


class Renewal(_Printed):
    """What renews the certificate by itself: texts by path, and ``timer``, as systemd has it.

    ``systemd`` or ``cron`` are among the texts where the host has it.

    Example::

        host.get_fact(Renewal).texts["timer"]  # 'enabled active'
    """

    about = "what renews the registry's certificate"

    def script(self) -> str:
        paths = (
            places.RENEWAL_NAMES,
            places.RENEWAL,
            renewal.SERVICE,
            renewal.TIMER,
            renewal.CRON,
        )
        timer = f'echo "timer:$({_state("is-enabled")}) $({_state("is-active")})"'
        return _script(
            _modes(*paths),
            *(_text(path, path) for path in paths),
            f"[ ! -d /run/systemd/system ] || {{ echo systemd:; {timer}; }}",
            "[ ! -d /etc/cron.d ] || echo cron:",
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


def _state(asked: str) -> str:
    return f"systemctl {asked} {renewal.UNIT} 2>/dev/null"


def _now() -> str:
    return "date +now:%s"


def _modes(*paths: str, follow: bool = False) -> str:
    option = "-L " if follow else ""
    return f"stat {option}-c 'mode:%a %u:%g %n' {' '.join(map(quote, paths))} 2>/dev/null"


def _text(label: str, path: str) -> str:
    # the echo ends a last line that has no newline
    return f"sed 's,^,{label}:,' {quote(path)} 2>/dev/null; echo"


def _public(path: str, label: str = "public") -> str:
    return f"openssl pkey -in {quote(path)} -pubout 2>/dev/null </dev/null | sed 's/^/{label}:/'"
