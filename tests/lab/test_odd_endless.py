"""A box that prints without end, or never answers: it fails within the limit, the other is done."""

from shlex import quote

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import SECONDS, OddLab
from tests.lab.labs.odd_run import one_failed
from tests.lab.labs.odd_words import HOSTS, PATHS, program

TWICE = HOSTS + HOSTS.replace("names", "further").replace(
    '"odd.example"', '"odd.example", "even.example"'
)
MEMORY = 200  # MB; a run that asks nothing odd takes 57 to 70
# What goes on without end says which process it is, to be ended by its number.
REAL = '/usr/bin/sudo "$@"'
NOTED = "echo $$ >>/run/odd.pids; chmod 666 /run/odd.pids 2>/dev/null"
END = "sort -u /run/odd.pids | xargs -r kill -9; rm -f /run/odd.pids"


def _sudo(line: str, after: int = 0) -> str:
    """A sudo that does ``line`` instead, from its ``after``-th call on."""
    begun = "for at in calls pids; do : >/run/odd.$at; chmod 666 /run/odd.$at; done"
    count = f"echo >>/run/odd.calls; [ $(wc -l </run/odd.calls) -gt {after} ] || exec {REAL}"
    return f"{begun}; {program('sudo', count, NOTED, line)}"


def _rc(line: str) -> str:
    at = "/home/vagrant/.bashrc"
    return (
        ": >/run/odd.pids; chmod 666 /run/odd.pids; "
        f"printf '%s\\n' {quote(NOTED)} {quote(line)} | cat - {at} >/tmp/rc; cat /tmp/rc >{at}; "
        "rm /tmp/rc"
    )


ROWS = {
    "a sudo that prints without end": _sudo("exec yes"),
    "a sudo that hangs": _sudo("exec sleep 1000000"),
    # of our own finding
    "a sudo that hangs at its third call": _sudo("exec sleep 1000000", after=2),
    "a sudo that prints one line without end": _sudo("exec tr '\\0' x </dev/zero"),
    "a sudo that complains without end": _sudo("exec yes >&2"),
    "a sudo that says a word each second": _sudo("while :; do echo wait; sleep 1; done"),
    "a sudo that ends, and leaves somebody behind that holds its output":
        _sudo("sleep 1000000 & echo $! >>/run/odd.pids; exit 0"),
    "a shell that greets without end": _rc("exec yes"),
    "a shell that hangs": _rc("sleep 1000000"),
}  # fmt: skip


def _run(odd: OddLab, make: str, way: str, deploy: str) -> None:
    words = odd.write(deploy, dockwright_answer_seconds=SECONDS)
    with odd.odd("two", "true", *PATHS), odd.odd("one", make, *PATHS, undo=END):
        before = odd.root("one", "cat /etc/hosts")
        said = odd.apply(way, words, most=60)
        assert said.memory < MEMORY, f"{said.memory} MB"
        assert said.seconds < 50, f"{said.seconds} s"
        one_failed(said)
        assert "odd.example" in odd.root("two", "cat /etc/hosts")
        assert odd.root("one", "cat /etc/hosts").endswith(before)
        assert odd.lock_is_free("one")
        assert odd.lock_is_free("two")


@pytest.mark.parametrize(
    ("row", "way"),
    rows(
        [(row, "pyinfra") for row in ROWS]
        + [(row, "dockwright") for row in ("a sudo that prints without end", "a sudo that hangs")],
        [
            ("a sudo that prints without end", "dockwright"),
            ("a sudo that hangs", "pyinfra"),
            ("a sudo that ends, and leaves somebody behind that holds its output", "pyinfra"),
            ("a shell that greets without end", "pyinfra"),
        ],
    ),
)
def test_a_box_whose_answer_never_ends_fails_alone_and_soon(
    odd: OddLab, row: str, way: str
) -> None:
    _run(odd, ROWS[row], way, TWICE)


@pytest.mark.parametrize("command", rows(["plan", "history", "logs"], ["plan", "logs"]))
def test_a_box_whose_answer_never_ends_ends_a_question_of_ours(odd: OddLab, command: str) -> None:
    inventory, deploy = odd.write(HOSTS, dockwright_answer_seconds=SECONDS)
    words = {
        "plan": ("plan", inventory, deploy),
        "history": ("history", "-i", inventory, "--box", "one"),
        "logs": ("logs", "app", "-i", inventory, "--box", "one"),
    }[command]
    with odd.odd("one", ROWS["a sudo that hangs"], *PATHS, undo=END):
        said = odd.say("dockwright", *words, most=60)
        assert said.seconds < 50, f"{said.seconds} s"
        one_failed(said)
        if command == "plan":
            assert "odd.example" in said.out  # what is to change on the other one


@pytest.mark.long
def test_a_box_that_takes_long_is_told_of_and_waited_for(odd: OddLab) -> None:
    words = odd.write(HOSTS)
    with (
        odd.odd("two", "true", *PATHS),
        odd.odd("one", _sudo(f"sleep 13; exec {REAL}"), *PATHS, undo=END),
    ):
        said = odd.apply("pyinfra", words, most=120)
        assert said.status == 0
        assert "still waiting for box one" in said.all
        assert "still waiting for box two" not in said.all
        assert "odd.example" in odd.root("one", "cat /etc/hosts")
