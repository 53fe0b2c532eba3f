"""Labs that are stood up by processes of their own, while other tests run.

Run as ``python -m tests.lab.stand_up LAB FOLDER``; LAB is ``site``, ``rolling`` or
``newer``.
"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import geteuid
from pathlib import Path

from dockwright.boxes import lab
from dockwright.boxes.lab_checks import trouble
from tests.lab import newer_lab, rolling_lab, site_lab

_LABS = {"site": site_lab, "rolling": rolling_lab, "newer": newer_lab}
_MOST = 900  # seconds


class StandUp:
    """The process, and then the lab; ``state`` is the folder of both."""

    def __init__(self, of: str, state: Path) -> None:
        self.of, self.state = of, state
        self.log = state / "stand_up.log"
        with self.log.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.lab.stand_up", of, str(state)],
                cwd=site_lab.ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
                # Ctrl-C is the tests' to hear; `down` sends it on
                start_new_session=True,
            )

    def wait(self) -> None:
        """Return once the lab stands; raise AssertionError with what was said where it does not."""
        status = self.process.wait(_MOST)
        said = self.log.read_text()
        print(said)
        assert status == 0, said

    def down(self) -> None:
        """Take the lab down, wherever its standing up has got to."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(_MOST)
        lab.down(_LABS[self.of].NAME, self.state, echo=print)


@contextmanager
def standing_up(of: str, state: Path) -> Iterator[StandUp | str]:
    """The lab ``of`` that name from here on; on a machine that can have none, why."""
    unfit = trouble(sys.platform, geteuid(), shutil.which, keyring=True)
    if unfit is not None:
        yield unfit
        return
    made = StandUp(of, state)
    try:
        yield made
    finally:
        made.down()


if __name__ == "__main__":
    _LABS[sys.argv[1]].stand_up(Path(sys.argv[2]))
