"""Many Docker boxes ask the registry's box the same: once a run, and within what its sshd takes.

The hub's sshd takes three sessions of a connection here, so that six boxes are to it what many are
to one that takes ten. A long run has 25 boxes with sshd as it comes, and measures how a plan grows.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab.labs.figures import figure
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, LOOP, SITE, OwnSite, server

HUB, BUILDER = "hub", "web1"
FEW = OwnLab(
    "few", "192.168.81.0/24", (HUB, *(f"web{n}" for n in range(1, 7))), packages=WITH_ENGINE
)
MANY = OwnLab(
    "many", "192.168.82.0/24", (HUB, *(f"web{n}" for n in range(1, 26))), packages=WITH_ENGINE
)
FEW_SESSIONS = 3
PAGE = "web: docker run --stop-timeout 1 -p 8000:8000 page"
CLOCK = "clock: docker run --stop-timeout 1 clock"
DATA = {"dockwright_base_source": "bootstrap", "dockwright_wait_seconds": 120}
# the boxes have an engine: what is tried is trust and leaves
LEAVES = """
from dockwright.deploys import images, leaves

images()
leaves()
"""
_BOXES = "boxes = [box for box in lab.inventory() if box[0] in {names!r}]"
# what a box pulled: when it had it, the seconds that it took, who, and which layer
_PULLED = re.compile(
    r"^(\d+\.\d+) .* (\S+):\d+ \S+ \"GET /v2/page/blobs/(sha256:\w+) .* (\d+\.\d+)$", re.MULTILINE
)
PULLS_AT_ONCE = 2
_SSHD = "/etc/ssh/sshd_config.d/05-sessions.conf"
# nginx's lines: who, by which port, as which user, and what was asked
_REGISTRY = "sudo journalctl -q -o cat -t registry.web.1 --since @{at} | grep -a ' \"[A-Z]* /v2/'"


@dataclass(frozen=True)
class Asked:
    """What was asked meanwhile: of the hub and of a box, how many sessions of its sshd, how many it
    refused, and how often anybody was let in there (a handshake each); of the registry, each
    manifest, all of it, and by how many connections.
    """

    sessions: int
    of_a_box: int
    refused: int
    handshakes: int
    handshakes_of_a_box: int
    manifests: Counter[str]
    requests: int
    connections: int


class Many(OwnSite):
    """A hub, and boxes that all run the same; ``last`` is the one whose sessions are counted."""

    last = BUILDER

    def of(self, boxes: Sequence[str], leaves: Sequence[str] | None = None) -> None:
        """A site of the hub and these ``boxes``."""
        self.write(dict.fromkeys(boxes, leaves))
        path = self.folder / "inventory.py"
        text = path.read_text()
        assert "boxes = lab.inventory()" in text
        names = (HUB, *boxes)
        path.write_text(text.replace("boxes = lab.inventory()", _BOXES.format(names=names)))
        self.last = boxes[-1]

    @property
    def webs(self) -> list[str]:
        return [box for box in self.boxes if box != HUB]

    def pulls(self, since: str) -> list[tuple[float, float, str, str]]:
        """Each layer of ``page`` that a box pulled: from when, until when, who, which."""
        line = f"sudo journalctl -q -o short-unix -t registry.web.1 --since @{since}"
        text = self.ssh(self.boxes[HUB], line)
        return [
            (float(at) - float(took), float(at), who, layer)
            for at, who, layer, took in _PULLED.findall(text)
        ]

    def sshd(self, box: str, *lines: str) -> None:
        text = "\\n".join(["LogLevel VERBOSE", *lines])
        make = f"printf '{text}\\n' | sudo tee {_SSHD}; sudo systemctl reload ssh"
        self.ssh(self.boxes[box], make)

    @contextmanager
    def asked(self, what: str) -> Iterator[list[Asked]]:
        """What is asked within, known once it has ended; it is told as a figure."""
        hub, found = self.boxes[HUB], list[Asked]()
        at = self.ssh(hub, "date +%s").strip()
        time.sleep(1)
        began = time.monotonic()
        yield found
        took = time.monotonic() - began
        of_hub, of_box = (
            self.ssh(self.boxes[box], f"sudo journalctl -q --no-pager -t sshd --since @{at}")
            for box in (HUB, self.last)
        )
        text = self.ssh(hub, _REGISTRY.format(at=at), check=False)
        asked = Asked(
            of_hub.count("Starting session: "),
            of_box.count("Starting session: "),
            of_hub.count("no more sessions"),
            # the last one of the hub, and of the box, asks for these lines
            *(text.count("Accepted publickey") - 1 for text in (of_hub, of_box)),
            Counter(re.findall(r" /v2/(\S+/manifests/\S+) HTTP", text)),
            len(text.splitlines()),
            len(set(re.findall(r"^(\S+:\d+) ", text, re.MULTILINE))),
        )
        found.append(asked)
        figure(
            f"{what}: {took:.0f} s; sessions: the hub {asked.sessions} ({asked.refused} refused), "
            f"the last box {asked.of_a_box}; handshakes: {asked.handshakes} and "
            f"{asked.handshakes_of_a_box}; the registry: {asked.requests} requests, "
            f"{asked.manifests.total()} of manifests, {asked.connections} connections"
        )


def _stood(lab: OwnLab, state: Path) -> Many:
    """The registry and the builder as declared, and everything ready for the other boxes."""
    made = Many(lab, state, (HUB,))
    made.furnish(BUILDER, SITE)
    made.of([BUILDER])
    made.data(**DATA)
    made.leaf("page", PAGE, *COPY, server(8000))
    done = made.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    (made.folder / "site.py").write_text(LEAVES)
    made.of(made.webs)
    return made


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    state = tmp_path_factory.mktemp("few")
    with FEW.up(state):
        made = _stood(FEW, state)
        made.sshd(HUB, f"MaxSessions {FEW_SESSIONS}")
        made.sshd(made.webs[-1], f"MaxSessions {FEW_SESSIONS}")
        yield made


def _all_of_it(site: Many) -> None:
    """Trust and a leaf for all boxes in one run, a second plan, and a further leaf."""
    number = len(site.webs)
    former = site.started()
    with site.asked(f"{number} boxes, the first run"):
        site.as_planned()
    before = site.started()
    assert {name: before[name] for name in former if "page" not in name} == {
        name: at for name, at in former.items() if "page" not in name
    }
    for box in site.webs:
        assert site.record(box)["failed"] == []
        assert set(site.started(box)) == {"page.web.1"}
    with site.asked(f"{number} boxes, a plan") as asked:
        assert site.plan()["drift"] is False
    # the builder asks about its chain, one of all boxes about the leaves, and whether it is let in
    assert max(asked[0].manifests.values()) <= 2, asked[0].manifests
    assert asked[0].sessions <= 12
    each = {box: site.started(box) for box in site.webs}
    site.leaf("clock", CLOCK, *COPY, f"CMD {LOOP}")
    with site.asked(f"{number} boxes, a further leaf"):
        site.as_planned()
    for box in site.webs:
        after = site.started(box)
        assert set(after) == {"page.web.1", "clock.clock.1"}
        assert after["page.web.1"] == each[box]["page.web.1"]


@pytest.mark.long
def test_boxes_that_all_ask_the_hub_at_once_are_all_done(few: Many) -> None:
    few.data(**DATA, dockwright_pulls_at_once=PULLS_AT_ONCE)
    since = few.ssh(few.boxes[HUB], "date +%s").strip()
    _all_of_it(few)
    pulls = few.pulls(since)
    # each layer once a box, and never more boxes at the same time than may be
    assert pulls
    assert Counter((who, layer) for _, _, who, layer in pulls).most_common(1)[0][1] == 1
    spans = {
        who: (
            min(one[0] for one in pulls if one[2] == who),
            max(one[1] for one in pulls if one[2] == who),
        )
        for who in {one[2] for one in pulls}
    }
    assert len(spans) == len(few.webs) - 1  # the builder has it already
    most = max(sum(begin <= at < end for begin, end in spans.values()) for at, _ in spans.values())
    figure(f"{len(spans)} boxes pulled, {most} at the same time")
    assert most <= PULLS_AT_ONCE


@pytest.mark.long
def test_two_sessions_are_enough_for_a_plan(few: Many) -> None:
    few.sshd(HUB, "MaxSessions 2")
    few.sshd(few.webs[-1], "MaxSessions 2")
    assert few.plan()["drift"] is False


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_plan_grows_by_one_question_a_leaf(few: Many) -> None:
    few.data(**DATA)
    for number in (4, 10, 30):
        names = [f"leaf{leaf}" for leaf in range(number)]
        for leaf in names:
            line = f"web: docker run --stop-timeout 1 {leaf}"
            few.leaf(leaf, line, "FROM tools", f"ENV LEAF={leaf}", f"CMD {LOOP}")
        few.of(few.webs[:3], names)
        done = few.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        with few.asked(f"3 boxes, {number} leaves, a plan") as asked:
            assert few.plan()["drift"] is False
        assert max(asked[0].manifests.values()) <= 2, asked[0].manifests


@pytest.fixture
def room_for_inits() -> Iterator[None]:
    """A machine's 128 instances of inotify are too few for 26 boxes and another lab."""
    path = Path("/proc/sys/fs/inotify/max_user_instances")
    before = path.read_text()
    path.write_text(str(max(1024, int(before))))
    yield
    path.write_text(before)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("room_for_inits")
def test_25_boxes_are_all_done_with_sshd_as_it_comes(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    state = tmp_path_factory.mktemp("many")
    with MANY.up(state):
        site = _stood(MANY, state)
        for box in site.boxes:
            site.sshd(box)
        _all_of_it(site)
        for number in (1, 3, 10, 25):
            site.of(site.webs[:number])
            with site.asked(f"{number} boxes, 2 leaves, a plan"):
                site.plan()
