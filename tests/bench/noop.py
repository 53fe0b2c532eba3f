"""Nothing to do: a run of the whole site over both boxes, against other tools, near and far."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.bench import playbook, resources, stock
from tests.bench.conditions import ANSIBLE
from tests.bench.page import Page, Row
from tests.bench.site import BUILDER, BenchError, Site
from tests.bench.turns import Contender, in_turn
from tests.bench.ways import Ways, by_proxies

FILE = "nothing-to-do"
OURS, PLAN = "pyinfra deploy/site.py", "dockwright plan"
ANSIBLES, STOCK = "Ansible", "pyinfra's own operations"
IMPORT, SSH = "importing pyinfra's command", "ssh box true"
ABOUT = """\
Both boxes of the demo are as declared, and a run finds nothing to do. *pyinfra deploy/site.py*
is a whole run of ours, *dockwright plan* the same without applying. *Ansible* is a playbook of
ansible-core (pipelining, forks for all boxes at once, no facts gathered; each run is checked for
`ok=N changed=0`), *pyinfra's own operations* a deploy of pyinfra without ours: both declare the
same resources, but for what they have no means for (the registry's content, images by their
recipes). The last two are what no run can do without. All of it goes by a proxy that delays each
direction by half of what stands there; a connection's own handshake is not delayed. A round trip
is a question that waited for the answer to the one before; at 0 ms an answer that comes in
pieces counts as several."""
DELAYS = (0.0, 0.02, 0.05, 0.1)


def compare(site: Site, rounds: int, delays: Sequence[float], echo: Callable[[str], None]) -> Page:
    """Measure it at each of ``delays`` (seconds of a round trip), in turn.

    Raises:
        BenchError: a tool did not find everything as declared.

    Example::

        compare(site, rounds=5, delays=[0, 0.05], echo=print)
    """
    rows = []
    # what another comparison has left on a box that stands is put right first
    site.run(["pyinfra", "-y", str(site.inventory("straight", {})), "deploy/site.py"])
    with by_proxies(site) as ways:
        contenders, notes = _contenders(site, ways)
        # what is compiled, cached and remembered by the first run of each is no part of the rest
        in_turn(_at(0.0, contenders, ways), 1)
        for delay in delays:
            case = f"{delay * 1000:g} ms"
            runs = in_turn(_at(delay, contenders, ways), rounds, ways.round_trips)
            for name, its in runs.items():
                trips = () if name == IMPORT else tuple(its.round_trips.values())
                processor = sorted(its.processor)[rounds // 2]
                rows.append(Row(case, name, its.spread, processor, trips))
                echo(f"{case} {name}: {its.spread} {trips}")
    return Page("Nothing to do", ABOUT, OURS, rows, conditions=notes)


def _contenders(site: Site, ways: Ways) -> tuple[list[Contender], dict[str, str]]:
    inventory = str(site.inventory("by-proxy", ways.pyinfra()))
    standing = {box: resources.of_box(site, box) for box in ways.proxies}
    play, of_ansible = playbook.write(site.work / "ansible", ways.ansible(), standing, ways.known)
    deploy = stock.write(site.work / "stock", ways.pyinfra(), standing)
    here = site.environment
    boxes = len(ways.proxies)
    total = sum(one.number for one in standing.values())
    notes = {
        "resources that Ansible and pyinfra's own operations declare": str(total),
        "tasks of the playbook": str(len(playbook.tasks())),
    }

    def counts(name: str) -> Callable[[str], None]:
        return lambda said: notes.__setitem__(f"operations of {name}", str(stock.check(said)))

    contenders = [
        Contender(
            OURS, ["pyinfra", "--json", "-y", inventory, "deploy/site.py"], here, counts(OURS)
        ),
        Contender(PLAN, ["dockwright", "plan", "--json", inventory, "deploy/site.py"], here, _all),
        Contender(
            ANSIBLES, [str(ANSIBLE / play[0]), *play[1:]], {**here, **of_ansible},
            lambda said: playbook.check(said, boxes),
        ),
        Contender(STOCK, deploy, here, counts(STOCK)),
        Contender(IMPORT, [sys.executable, "-c", "import pyinfra_cli.main"], here),
        Contender(SSH, ways.ssh(BUILDER, "true"), here),
    ]  # fmt: skip
    return contenders, notes


def _at(delay: float, contenders: Sequence[Contender], ways: Ways) -> list[Contender]:
    """The same, each run of which begins without a connection, at ``delay``."""
    return [replace(one, before=lambda _: ways.begin(delay)) for one in contenders]


def _all(said: str) -> None:
    """Hold that a plan finds no drift."""
    plan = json.loads(said)
    if plan["drift"]:
        raise BenchError(f"dockwright plan: not all is as declared: {plan['summary']}")
