"""A box whose sshd stands still, before a run and in its midst: told, left, and the other done."""

import os
import signal

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import SECONDS, OddLab
from tests.lab.labs.odd_run import one_failed
from tests.lab.labs.odd_words import GO_ON, HOSTS, MOST, PATHS, STOP


@pytest.mark.parametrize("way", rows(["pyinfra", "dockwright"], ["pyinfra"]))
def test_a_box_that_hung_before_the_run_is_left_out_and_told(odd: OddLab, way: str) -> None:
    words = odd.write(HOSTS, dockwright_answer_seconds=SECONDS)
    with odd.odd("two", "true", *PATHS), odd.odd("one", STOP, "/etc/hosts", undo=GO_ON):
        said = odd.apply(way, words, most=MOST + 20)
        assert said.seconds < MOST
        one_failed(said)
        if said.seconds > 15:
            assert "still waiting for box one" in said.all
        assert "odd.example" in odd.root("two", "cat /etc/hosts")
        assert odd.lock_is_free("two")


QUESTION = f"""
import time
from pyinfra.operations import python, server
{HOSTS}
server.shell(name="soon", commands=["setsid sh /run/odd-stop >/dev/null 2>&1 &"], _sudo=True)
python.call(name="pause", function=lambda: time.sleep(6))
{HOSTS.replace("names", "further").replace("odd.example", "even.example")}
"""


@pytest.mark.parametrize("way", rows(["pyinfra", "dockwright"], ["dockwright"]))
def test_a_box_that_hangs_when_it_is_asked_is_left_and_told(odd: OddLab, way: str) -> None:
    words = odd.write(QUESTION, dockwright_answer_seconds=SECONDS)
    make = f"cat >/run/odd-stop <<'END'\nsleep 2\n[ $(hostname) != one ] || {STOP}\nEND"
    undo = f"{GO_ON}; rm -f /run/odd-stop"
    with odd.odd("two", make, *PATHS), odd.odd("one", make, "/etc/hosts", undo=undo):
        said = odd.apply(way, words, most=MOST + 20)
        assert said.seconds < MOST
        one_failed(said)
        assert "even.example" in odd.root("two", "cat /etc/hosts")
        assert "even.example" not in odd.root("one", "cat /etc/hosts")


# of our own finding, like all that follow
# in sshd's place somebody who takes connections and says nothing
MUTE = """
systemctl stop ssh
setsid perl -e 'use Socket; socket(S, PF_INET, SOCK_STREAM, 6); setsockopt(S, 1, 2, 1);
bind(S, sockaddr_in(22, INADDR_ANY)) or die; listen(S, 9); open(P, ">/run/odd.pids"); print P $$;
close P; accept($kept[@kept], S) while 1' >/dev/null 2>&1 &
while [ ! -s /run/odd.pids ]; do sleep 0.1; done
"""


@pytest.mark.long
def test_a_box_that_is_reached_and_never_says_a_word_is_left_and_told(odd: OddLab) -> None:
    words = odd.write(HOSTS, dockwright_answer_seconds=SECONDS)
    undo = "kill $(cat /run/odd.pids); rm /run/odd.pids; systemctl start ssh"
    with odd.odd("two", "true", *PATHS), odd.odd("one", MUTE, "/etc/hosts", undo=undo):
        said = odd.apply("dockwright", words, most=MOST + 20)
        assert said.seconds < MOST
        one_failed(said)
        assert "odd.example" in odd.root("two", "cat /etc/hosts")


SERVICE = """
from dockwright.operations import engine
from dockwright.operations import hosts

hosts.entries(name="names", entries={"10.9.9.1": ["odd.example"]}, _sudo=True)
engine.service(name="service", _sudo=True, _ignore_errors=True)
"""


@pytest.mark.long
def test_a_box_whose_init_stands_still_is_left_and_told(odd: OddLab) -> None:
    words = odd.write(SERVICE, dockwright_answer_seconds=SECONDS)
    with odd.odd("two", "true", "/etc/hosts"), odd.odd("one", "true", "/etc/hosts"):
        first = odd.first_process("one")
        os.kill(first, signal.SIGSTOP)
        try:
            said = odd.apply("pyinfra", words, most=MOST + 20)
        finally:
            os.kill(first, signal.SIGCONT)
        assert said.seconds < MOST
        assert "Traceback" not in said.all
        assert "box one: " in said.all
        assert "odd.example" in odd.root("two", "cat /etc/hosts")
