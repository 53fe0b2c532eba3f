"""A box that stands still while a command of the deploy is at work there: told, and left."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import SECONDS, OddLab
from tests.lab.labs.odd_run import one_failed
from tests.lab.labs.odd_words import GO_ON, HOSTS, MOST, PATHS, STOP

MIDST = (
    """
from pyinfra.operations import server
"""
    + HOSTS
    + """
server.shell(name="work", commands=["touch /run/odd-at-it; sleep 4"], _sudo=True)
hosts.entries(name="further", entries={"10.9.9.1": ["odd.example", "even.example"]}, _sudo=True)
"""
)


@contextmanager
def stopped_in_the_midst(odd: OddLab, line: str) -> Iterator[list[str]]:
    """Run ``line`` on box one once the deploy is at its work there."""
    did: list[str] = []

    def strike() -> None:
        for _ in range(300):
            if odd.root("one", "ls /run/odd-at-it", check=False):
                odd.root("one", line)
                did.append("struck")
                return
            time.sleep(0.1)

    odd.root("one", "rm -f /run/odd-at-it")
    striking = threading.Thread(target=strike)
    striking.start()
    try:
        yield did
    finally:
        striking.join()


@pytest.mark.parametrize("way", rows(["pyinfra", "dockwright"], ["dockwright"]))
def test_a_box_that_hangs_in_the_midst_of_a_run_is_left_and_told(odd: OddLab, way: str) -> None:
    words = odd.write(MIDST, dockwright_answer_seconds=SECONDS)
    with odd.odd("two", "true", *PATHS), odd.odd("one", "true", "/etc/hosts", undo=GO_ON):
        with stopped_in_the_midst(odd, STOP) as did:
            said = odd.apply(way, words, most=MOST + 20)
        assert did == ["struck"]
        assert said.seconds < MOST
        one_failed(said)
        assert "even.example" in odd.root("two", "cat /etc/hosts")
        odd.root("one", GO_ON)
        for box in ("one", "two"):
            # TCP tells the box that this side is gone once its sshd goes on
            assert any(odd.lock_is_free(box) or time.sleep(0.5) for _ in range(40)), box
        odd.root("one", "rm -f /run/odd-at-it")
        assert odd.apply("pyinfra", words).status == 0
        assert "even.example" in odd.root("one", "cat /etc/hosts")


# of our own finding
@pytest.mark.long
def test_a_box_whose_network_goes_away_in_the_midst_is_left_and_told(odd: OddLab) -> None:
    words = odd.write(MIDST, dockwright_answer_seconds=SECONDS)
    undo = "ip link set host0 up; networkctl reconfigure host0; sleep 2"
    with odd.odd("two", "true", *PATHS), odd.odd("one", "true", "/etc/hosts", undo=undo):
        with stopped_in_the_midst(odd, "ip link set host0 down") as did:
            said = odd.apply("dockwright", words, most=MOST + 20)
        assert did == ["struck"]
        assert said.seconds < MOST
        one_failed(said)
        assert "even.example" in odd.root("two", "cat /etc/hosts")
