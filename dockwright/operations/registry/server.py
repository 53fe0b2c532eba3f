"""The registry's folders and settings.

It reads them as it starts: restart it ``_if`` this did change.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.commands.declare import Commands, operation
from dockwright.commands.expected import expect
from dockwright.facts.registry import Server
from dockwright.operations.registry.files import FOLDERS, file, put_right
from dockwright.registry import places
from dockwright.templates import render


@operation()
def server(
    tls: bool = True, delete: bool = True, caches: Mapping[str, str] | None = None
) -> Commands:
    """The registry's folders and settings, as its container is given them.

    nginx is in front, with TLS and the two logins; the registry itself hears a socket of the
    container alone.

    Args:
        tls: False for plain HTTP inside the firewall.
        delete: whether images may be deleted from it.
        caches: registries of others, by the first part that their images' names have here their
            URLs: what is pulled by such a name is fetched from there, and kept.

    Example::

        registry.server()
    """
    found = host.get_fact(Server)
    files = {
        "config": (places.CONFIG, render("registry/registry.yml.j2", {"delete": delete})),
        "front": (
            places.FRONT,
            render(
                "registry/nginx.conf.j2",
                {
                    "tls": tls,
                    "port": places.PORT,
                    "reader": places.READER,
                    "caches": sorted(caches or {}),
                },
            ),
        ),
    }
    if caches:
        lines = [f"{cache} {url}\n" for cache, url in sorted(caches.items())]
        files["caches"] = (places.CACHES, "".join(lines))
    paths = [path for path, _ in files.values()]
    wrong = found.wrong(places.HOME, places.SETTINGS, places.DATA, *paths)
    yield from put_right([path for path in wrong if path in FOLDERS], found)
    for label, (path, text) in files.items():
        if found.texts.get(label) != text.rstrip("\n") or path in wrong:
            wrong.append(path)
            expect(str(host.name), [path])
            sign: Sign = "~" if found.texts.get(label) else "+"
            log.changes(host, [Change(sign, path)])
            yield file(path, text)
    if not caches and "caches" in found.texts:
        wrong.append(places.CACHES)
        log.changes(host, [Change("-", places.CACHES, ("nothing is cached any more",))])
        yield StringCommand("rm -f", QuoteString(places.CACHES))
    if not wrong:
        host.noop("the registry's settings are current")
