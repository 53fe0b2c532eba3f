"""Writes to a leaf that are acknowledged one by one, while other things happen to its box."""

import threading
import time
from dataclasses import dataclass, field

from tests.lab.labs.backup_lab import BackedUp

_WRITE = "sudo docker exec wiki.web.1 sh -c 'echo {number} >>/data/acks && sync /data/acks' 2>&1"


@dataclass
class Writer:
    """Appends numbers to a file of the leaf, a line each; ``acknowledged`` are those it had back,
    each with when.
    """

    site: BackedUp
    acknowledged: dict[int, float] = field(default_factory=dict)
    _ends: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Writer":
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        assert self._thread is not None
        self._thread.join(30)

    def _write(self) -> None:
        number = 0
        while not self._ends.is_set():
            number += 1
            line = _WRITE.format(number=number)
            done = self.site.run(*self.site._ssh(self.site.boxes["app1"], f"timeout 20 {line}"))
            if done.returncode == 0:
                self.acknowledged[number] = time.time()
            else:
                time.sleep(0.2)

    def before(self, moment: float) -> set[int]:
        """What was acknowledged before a moment."""
        return {number for number, at in self.acknowledged.items() if at < moment}
