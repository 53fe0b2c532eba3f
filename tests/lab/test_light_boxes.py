"""Boxes by the hundred, with nothing to do: time, processor and memory of the controller."""

import resource
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.lab.labs import light_boxes
from tests.lab.labs.figures import figure
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import OwnSite

LAB = OwnLab("light", "192.168.77.0/24", ("hub", "base"), packages=WITH_ENGINE)
NUMBERS = (1, 10, 50, 100)
NUMBER = max(NUMBERS)
EACH = 0.040  # seconds of the controller's processors for a further box
DATA = {"dockwright_base_source": "bootstrap", "dockwright_steady_seconds": 1}
LEAVES = "from dockwright.deploys import leaves\n\nleaves()\n"
pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]


class Light(OwnSite):
    def of(self, number: int, further: str = "") -> None:
        """The lab's boxes and the first ``number`` of the light ones."""
        self.write({}, light_boxes.inventory(self.lab, "base", number) + further)

    def measured(self, command: str, *options: str, status: int = 0) -> "Took":
        """What a command takes that has nothing to do."""
        began, before = time.monotonic(), light_boxes.processor_seconds()
        of_boxes = light_boxes.seconds_of_boxes(self.lab, self.state)
        done = self.dockwright(command, "inventory.py", "site.py", *options)
        assert done.returncode == status, done.stdout + done.stderr
        took, after = time.monotonic() - began, light_boxes.seconds_of_boxes(self.lab, self.state)
        theirs = None if after is None or of_boxes is None else after - of_boxes
        return Took(took, light_boxes.processor_seconds() - before, theirs)


class Took(NamedTuple):
    """Seconds by the clock, of the controller's processors, and of those that the boxes had."""

    clock: float
    own: float
    of_boxes: float | None


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Light]:
    state = tmp_path_factory.mktemp("light")
    with LAB.up(state):
        made = Light(LAB, state, ("hub",))
        made.furnish("base")
        made.of(0)
        made.data(**DATA)
        made.loops("clock", "watch")
        done = made.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        (made.folder / "site.py").write_text(LEAVES)
        light_boxes.start(LAB, state, "base", NUMBER)
        yield made


def test_the_time_of_nothing_grows_no_faster_than_the_boxes(site: Light) -> None:
    took: dict[tuple[str, int], Took] = {}
    for number in NUMBERS:
        # the lab's own box is one of them
        site.of(number - 1)
        for command, options in (("plan", ()), ("apply", ("--yes",))):
            site.measured(command, *options)  # what is remembered of a site is remembered
            took[command, number] = min(site.measured(command, *options) for _ in range(3))
            its, one = took[command, number], took[command, 1]
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            each = f"{(its.own - one.own) / (number - 1) * 1000:.0f} ms" if number > 1 else "all"
            of_boxes = "" if its.of_boxes is None else f", {its.of_boxes:.1f} s of the boxes'"
            figure(
                f"{command}, {number} boxes, nothing to do: {its.clock:.1f} s, {its.own:.1f} s of "
                f"the controller's processors, {each} for each further box{of_boxes}; at most "
                f"{most:.0f} MiB"
            )
    for command in ("plan", "apply"):
        one, ten, hundred = (took[command, number] for number in (1, 10, 100))
        assert hundred.clock < ten.clock * 10 * 1.1
        assert hundred.own < ten.own * 10 * 1.1
        # of its own time: the boxes are on the same processors, and as slow as they are many
        assert (hundred.own - one.own) / 99 < EACH


def test_a_slow_box_and_a_dead_one_delay_no_other(site: Light) -> None:
    slow, dead, number = 7, 12, 20
    others = [one for one in range(1, number + 1) if one not in (slow, dead)]
    site.of(number)
    box = "base"
    with (
        light_boxes.stopped(LAB, site.state, box, slow),
        light_boxes.away(LAB, site.state, box, dead),
    ):
        began = time.time()
        done = site.apply()
        took = time.time() - began
    figure(f"{number} boxes with nothing to do, a slow and a dead one among them: {took:.0f} s")
    assert done.returncode == 1
    for one in (slow, dead):
        assert f"box light{one}: " in done.stdout + done.stderr
    assert took < 45
    assert all(light_boxes.last_run(LAB, site.state, box, one) >= int(began) for one in others)
