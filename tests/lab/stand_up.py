"""Labs that are stood up by processes of their own, while other tests run.

Run as ``python -m tests.lab.stand_up LAB FOLDER``; LAB is ``site`` or ``newer``.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab import newer_lab, own_lab, site_lab

_LABS = {"site": site_lab, "newer": newer_lab}
_MOST = 900  # seconds


class StandUp:
    """The process, and then the lab; ``state`` is the folder of both."""

    def __init__(self, of: str, state: Path) -> None:
        self.of, self.state = of, state
        self.log = state / "stand_up.log"
        with self.log.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", own_lab.STAND_UP, of, str(state)],
                cwd=site_lab.ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
                # Ctrl-C is the tests' to hear; whoever takes the lab down sends it on
                start_new_session=True,
            )

    def wait(self) -> None:
        """Return once the lab stands; raise AssertionError with what was said where it does not."""
        status = self.process.wait(_MOST)
        said = self.log.read_text()
        print(said)
        assert status == 0, said


@contextmanager
def standing_up(of: str, state: Path) -> Iterator[StandUp | str]:
    """The lab ``of`` that name from here on; on a machine that can have none, why."""
    unfit = own_lab.untried_here()
    if unfit is not None:
        yield unfit
        return
    with _LABS[of].LAB.held(state) as holder:
        made = StandUp(of, state)
        holder.note(stand_up=made.process.pid)
        yield made


if __name__ == "__main__":
    _LABS[sys.argv[1]].stand_up(Path(sys.argv[2]))
