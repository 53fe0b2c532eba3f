"""The registry shows its certificate as its file is, without a restart."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, operation
from dockwright.commands.expected import check_settled, expect, is_changing
from dockwright.commands.script import Script
from dockwright.engine.place import USE
from dockwright.facts.registry import Authority
from dockwright.facts.shown import ShownCertificate
from dockwright.operations.boot.ports import switch_of
from dockwright.registry import certificate as certificates
from dockwright.registry import places, renewal


@operation()
def reload(leaf: str = "registry") -> Commands:
    """Have the registry show the certificate that its file has; pulls and pushes go on meanwhile.

    Once it does, the CA that `switch` took the place of is not needed any more, and goes.

    Args:
        leaf: the registry's own, whose job may be about to start anew.

    Example::

        registry.reload()
    """
    name = str(host.name)
    former = host.get_fact(Authority).texts.get("former")
    # one that begins anew reads it as it begins
    awaited = [places.CERTIFICATE, places.KEY, switch_of(leaf)]
    if former and is_changing(name, awaited):
        expect(name, [places.FORMER_AUTHORITY])
    check_settled(name, awaited)
    found = host.get_fact(ShownCertificate)
    old = [
        job
        for job, shown in found.by_job.items()
        if shown and not certificates.same(shown, found.file)
    ]
    if not old and not former:
        host.noop("the registry shows its certificate as it is")
        return
    if old:
        log.changes(host, [Change("~", job, ("shows its new certificate",)) for job in old])
        yield Script("the registry shows its new certificate", USE + renewal.reload())
    if former:
        log.changes(host, [Change("-", "the registry's former CA")])
        expect(name, [places.FORMER_AUTHORITY])
        yield StringCommand("rm -f", QuoteString(places.FORMER_AUTHORITY))
