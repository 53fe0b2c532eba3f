"""The registry's certificate is renewed on its host by a timer, whether anybody runs anything."""

from __future__ import annotations

from collections.abc import Sequence

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, operation
from dockwright.commands.write import Write
from dockwright.engine.place import USE
from dockwright.facts.registry import Renewal
from dockwright.registry import openssl, places
from dockwright.registry import renewal as renewals
from dockwright.templates import render

_ALL = (places.RENEWAL_NAMES, places.RENEWAL, renewals.SERVICE, renewals.TIMER, renewals.CRON)


@operation()
def renewal(
    addresses: Sequence[str], hostnames: Sequence[str] = (), days: int = 825, present: bool = True
) -> Commands:
    """A timer of the host looks at the registry's certificate every day, and renews it.

    It does so two days before a run would, by the host's CA, and the registry shows the new one
    without a restart. Under systemd it is renew-dockwright.timer, else a file of cron.

    Args:
        addresses: IP addresses that clients reach the registry by, as for `certificate`.
        hostnames: names that they reach it by.
        days: how long a new one is valid; 1 to 36500.
        present: False where the registry has no certificate: what is there of it goes.

    Raises:
        DockwrightError: days out of range, an address or name that is none, or neither given.

    Example::

        registry.renewal(["192.168.50.20"], ["registry.vagrant"])
    """
    found = host.get_fact(Renewal)
    texts = _wanted(found.texts, addresses, hostnames, days) if present else {}
    modes = {path: _mode(path) for path in texts}
    write = [
        path
        for path, text in texts.items()
        if found.texts.get(path) != text.rstrip("\n") or found.modes.get(path) != modes[path]
    ]
    gone = [path for path in _ALL if path in found.modes and path not in texts]
    off = renewals.TIMER in texts and found.texts.get("timer") != "enabled active"
    if not write and not gone and not off:
        host.noop(
            "a timer renews the registry's certificate"
            if texts
            else "nothing on the host has times, or nothing is to be renewed"
        )
        return
    log.changes(
        host,
        [
            *(Change("~" if path in found.modes else "+", path) for path in write),
            *(Change("-", path) for path in gone),
            *([Change("~", renewals.UNIT, ("→ enabled",))] if off and not write else []),
        ],
    )
    if renewals.TIMER in gone:
        yield StringCommand("systemctl disable --quiet --now", QuoteString(renewals.UNIT))
    if gone:
        yield StringCommand("rm -f", *map(QuoteString, gone))
    for path in write:
        mode, owner = modes[path].split()
        yield Write(path, texts[path], mode=int(mode, 8), owner=owner)
    if {renewals.SERVICE, renewals.TIMER} & {*write, *gone}:
        yield StringCommand("systemctl daemon-reload")
    if off:
        yield StringCommand("systemctl unmask --quiet", QuoteString(renewals.UNIT))
        yield StringCommand("systemctl enable --quiet --now", QuoteString(renewals.UNIT))


def _wanted(
    said: dict[str, str], addresses: Sequence[str], hostnames: Sequence[str], days: int
) -> dict[str, str]:
    """The files by path; none where the host has nothing that runs them."""
    openssl.check_days(days)
    openssl.check_names(addresses, hostnames)
    if "systemd" in said:
        times = renewals.units()
    elif "cron" in said:
        times = {renewals.CRON: renewals.cron()}
    else:
        return {}
    names = {"addresses": list(addresses), "hostnames": list(hostnames)}
    return {
        places.RENEWAL_NAMES: render("registry/certificate.cnf.j2", names),
        places.RENEWAL: renewals.script(days, USE),
        **times,
    }


def _mode(path: str) -> str:
    return places.MODES.get(path, "644 0:0")
