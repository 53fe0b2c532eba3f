"""Round trips of a run, counted at a proxy that delays each direction."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.box import begun
from dockwright.box.fact import fact_of
from dockwright.box.reach import reach
from dockwright.box.this_run import LOOK, this_run
from dockwright.facts.content import Content
from tests.bench.proxy import Proxy
from tests.unit.box.boxes import Here, this_machine

DELAY, FACTS = 0.05, 20


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    monkeypatch.setenv("XDG_CACHE_HOME", f"{tmp_path}/cache")
    # the server's programs are this process's own here
    monkeypatch.setattr(begun, "_STARTS", frozenset())
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


def test_twenty_questions_that_were_foreseen_are_one(here: Here) -> None:
    texts = {}
    for number in range(FACTS):
        path = here.folder / f"file {number}"
        path.write_text(f"its text {number}")
        path.chmod(0o644)
        texts[str(path)] = f"its text {number}"
    took = []
    port = here.server(seconds=0)
    with Proxy(("127.0.0.1", port), DELAY) as proxy:
        for _ in range(2):
            proxy.reset()
            began = time.monotonic()
            host = here.unreached(ssh_port=proxy.port)
            this_run(host.state).purpose = LOOK
            host.state.current_deploy_filename = "deploy.py"
            reach(host)
            connected = proxy.round_trips
            assert {path: fact_of(host, Content, path).text for path in texts} == texts
            took.append((connected, proxy.round_trips - connected, time.monotonic() - began))
            host.disconnect()
    (connects, alone, slow), (again, foreseen, fast) = took
    assert abs(connects - again) <= 1  # its first question is a part of it
    # a session for the next question is opened while one is asked
    assert FACTS <= alone <= FACTS + 3
    assert foreseen <= 2
    assert slow - fast > 0.8 * (alone - foreseen) * DELAY
