"""The registry's folders and settings.

It reads them as it starts: restart it ``_if`` this did change.
"""

from __future__ import annotations

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.commands.declare import Commands, operation
from dockwright.commands.expected import expect
from dockwright.facts.registry import Server
from dockwright.operations.registry.files import FOLDERS, file, put_right
from dockwright.registry import places
from dockwright.templates import render


@operation()
def server(tls: bool = True, delete: bool = True) -> Commands:
    """The registry's folders and settings, as its container is given them.

    nginx is in front, with TLS and the two logins; the registry itself hears a socket of the
    container alone.

    Args:
        tls: False for plain HTTP inside the firewall.
        delete: whether images may be deleted from it.

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
                {"tls": tls, "port": places.PORT, "reader": places.READER},
            ),
        ),
    }
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
    if not wrong:
        host.noop("the registry's settings are current")
