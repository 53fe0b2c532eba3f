"""How long the operations of each box took, by pyinfra's own callbacks; each is a bar too."""

from __future__ import annotations

import time
from collections import defaultdict

from pyinfra.api.host import Host
from pyinfra.api.state import BaseStateCallback, State

from dockwright.box.bars import note_bar
from dockwright.box.record import name_of
from dockwright.picture.timeline import Outcome


class Took(BaseStateCallback):
    """Listens to one run; ``seconds`` by box, what it waits for others left out."""

    def __init__(self) -> None:
        self.seconds: defaultdict[Host, float] = defaultdict(float)
        self._began: dict[Host, float] = {}
        self._ended: list[tuple[Host, str, float, float, bool]] = []

    # pyinfra declares these static, and calls them on the object that it was given
    def operation_host_start(  # type: ignore[override]
        self, state: State, host: Host, op_hash: str
    ) -> None:
        self._began[host] = time.monotonic()

    def operation_host_success(  # type: ignore[override]
        self, state: State, host: Host, op_hash: str, retry_count: int = 0
    ) -> None:
        self._end(host, op_hash, succeeded=True)

    def operation_host_error(  # type: ignore[override]
        self, state: State, host: Host, op_hash: str, retry_count: int = 0, max_retries: int = 0
    ) -> None:
        self._end(host, op_hash, succeeded=False)

    def _end(self, host: Host, op_hash: str, *, succeeded: bool) -> None:
        if (began := self._began.pop(host, None)) is None:
            return
        ended = time.monotonic()
        self.seconds[host] += ended - began
        self._ended.append((host, op_hash, began, ended, succeeded))

    def note_bars(self, state: State) -> None:
        """Note each operation for the timeline; pyinfra knows at the run's end what it changed."""
        for host, op_hash, began, ended, succeeded in self._ended:
            if (data := state.ops[host].get(op_hash)) is None:
                continue
            meta = data.operation_meta
            changed = meta.is_complete() and meta.did_change()
            became: Outcome = "failed" if not succeeded else "done" if changed else "unchanged"
            name = name_of(state, op_hash, host)
            note_bar(host, "operation", name, began, became, ended)
        self._ended.clear()
