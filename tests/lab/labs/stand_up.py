"""Labs that are stood up by processes of their own, while other tests run.

Run as ``python -m tests.lab.labs.stand_up LAB FOLDER``; LAB is ``site`` or ``newer``.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.labs import newer_lab, own_lab, site_lab

_LABS = {"site": site_lab, "newer": newer_lab}
_MOST = 900  # seconds
_LOG, _ENDED = "stand_up.log", "stand_up.status"


class StandUp:
    """A lab that a process stands up, as any process sees it; ``state`` is the folder of both."""

    def __init__(self, state: Path) -> None:
        self.state = state

    def is_up(self) -> bool:
        """Whether it stands now."""
        return self._status() == "0"

    def wait(self) -> None:
        """Return once the lab stands; raise AssertionError with what was said where it does not."""
        until = time.monotonic() + _MOST
        while self._status() == "" and time.monotonic() < until:
            time.sleep(0.2)
        said = (self.state / _LOG).read_text()
        print(said)
        assert self.is_up(), said

    def _status(self) -> str:
        try:
            return (self.state / _ENDED).read_text()
        except FileNotFoundError:
            return ""


@contextmanager
def standing_up(of: str, state: Path) -> Iterator[StandUp | str]:
    """The lab ``of`` that name from here on; on a machine that can have none, why."""
    unfit = own_lab.untried_here()
    if unfit is not None:
        yield unfit
        return
    with _LABS[of].LAB.held(state) as holder:
        with (state / _LOG).open("w") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", own_lab.STAND_UP, of, str(state)],
                cwd=site_lab.ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
                # Ctrl-C is the tests' to hear; whoever takes the lab down sends it on
                start_new_session=True,
            )
        holder.note(stand_up=process.pid)
        yield StandUp(state)


def _main(of: str, state: Path) -> None:
    status = "1"
    try:
        _LABS[of].stand_up(state)
        status = "0"
    finally:
        (state / f"{_ENDED}.new").write_text(status)
        (state / f"{_ENDED}.new").rename(state / _ENDED)


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
