"""What a box, a build or a container prints reaches no terminal with an escape sequence in it."""

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import OddLab
from tests.lab.labs.odd_words import HOSTS, program, put

# the title of the terminal, the clipboard, what is on the screen; and the C1 form of the first
ESCAPES = "\033]0;odd\007\033]52;c;b2Rk\007\033[2J\u009b31m"
SHELL = r"\033]0;odd\007\033]52;c;b2Rk\007\033[2J\302\23331m"
PATHS = ("/usr/local/bin", "/etc/hosts", "/etc/passwd", "/etc/group", "/var/log/dockwright",
         "/run/dockwright.lock", "/home/vagrant/.bashrc", "/etc/docker",
         "/etc/systemd/system")  # fmt: skip
ACCOUNT = """
from dockwright.operations import account

account.service(name="odd", user="odd", number=998, home="/srv/odd", _sudo=True)
"""
DAEMON = """
from dockwright.operations import engine

engine.config(name="settings", _sudo=True)
"""
JOB = """
from dockwright.operations import boot

boot.job(name="job", leaf="app", present=False, _sudo=True)
"""
SHELL_OF_THEIRS = """
from pyinfra.operations import server

server.shell(name="work", commands=["printf '@' >&2; exit 3"], _sudo=True)
""".replace("@", SHELL.replace("\\", "\\\\"))
FAILING = f"printf '{SHELL}no\\n' >&2; exit 1"
UNIT = "/etc/systemd/system/dockwright-app.web.1.service"
# (what root does on box one, the deploy, the command; None: plan, and then both ways to apply)
ROWS = {
    "a sudo that complains": (program("sudo", FAILING), HOSTS, None),
    "a sudo that complains, and says all is well":
        (program("sudo", f"printf '{SHELL}' >&2", 'exec /usr/bin/sudo "$@"'), HOSTS, None),
    "a sudo that prints": (program("sudo", f"printf '{SHELL}'", 'exec /usr/bin/sudo "$@"'), HOSTS,
        None),
    "a command of a deploy that fails": ("true", SHELL_OF_THEIRS, None),
    "a line of /etc/hosts that the plan shows":
        (f"printf '10.9.9.2 printer # {SHELL}\\n' >>/etc/hosts", HOSTS, None),
    "a number of a user": (f"printf 'odd:x:99{SHELL}:998::/:/bin/sh\\n' >>/etc/passwd", ACCOUNT,
        None),
    "a daemon.json that is none":
        (f"mkdir -p /etc/docker; printf '\"{SHELL}\"' >/etc/docker/daemon.json", DAEMON, None),
    "a key of daemon.json":
        (put("/etc/docker/daemon.json", ('{"' + ESCAPES + '": 1}').encode()), DAEMON, None),
    "the name of a unit, which is to go":
        (f'touch {UNIT} "$(printf "/etc/systemd/system/dockwright-app.{SHELL}.1.service")"', JOB,
         None),
    "the name of a drop-in":
        (f'touch {UNIT}; mkdir {UNIT}.d; touch "$(printf "{UNIT}.d/{SHELL}.conf")"', JOB, None),
    "who holds the lock":
        (f"(flock 9; printf '{SHELL} since x\\n' >/run/dockwright.lock; exec sleep 60) "
         "9>>/run/dockwright.lock >/dev/null 2>&1 & echo $! >/run/odd.pids; sleep 0.5", HOSTS,
         None),
    "a record of a run":
        (put("/var/log/dockwright/runs.jsonl", (
            '{"began": "@", "who": "@", "changed": ["@"], "deploy": "@", "result": "@"}\n'
            .replace("@", ESCAPES.replace("\033", "\\u001b").replace("\007", "\\u0007"))).encode()),
         HOSTS, ("history", "--box", "one")),
    "the log of a leaf":
        ("systemd-run --quiet --wait --unit=dockwright-app.web.1 "
         f"printf '{SHELL}hello of theirs\\n'; journalctl --sync", HOSTS,
         ("logs", "app", "--box", "one")),
}  # fmt: skip
UNDO = "xargs -r kill </run/odd.pids; rm -f /run/odd.pids /etc/systemd/system/dockwright-app*"


def _is_clean(text: str) -> None:
    found = [line for line in text.splitlines() if set(line) & {"\033", "\007", "\u009b"}]
    assert not found, found


@pytest.mark.parametrize(
    "row",
    rows(
        ROWS,
        [
            "a sudo that complains",
            "a command of a deploy that fails",
            "a line of /etc/hosts that the plan shows",
            "the name of a unit, which is to go",
            "a record of a run",
            "the log of a leaf",
        ],
    ),
)
def test_escape_sequences_of_theirs_stay_where_they_are(odd: OddLab, row: str) -> None:
    make, deploy, command = ROWS[row]
    words = odd.write(deploy)
    # unlike the others, it writes to no terminal: what it shows in colours is its own
    with odd.odd("two", "true", *PATHS), odd.odd("one", make, *PATHS, undo=UNDO):
        if command is not None:
            said = odd.say("dockwright", *command, "-i", words[0])
            assert said.status == 0
            _is_clean(said.all)
            return
        _is_clean(odd.say("dockwright", "plan", *words).all)
        _is_clean(odd.say("dockwright", "plan", "--json", *words).all)
        _is_clean(odd.apply("dockwright", words).all)
        odd.root("one", f"{UNDO}; set -e; {make}")
        # pyinfra's own command shows by itself what its own operation says
        if row != "a command of a deploy that fails":
            _is_clean(odd.apply("pyinfra", words).all)


def test_a_log_that_is_followed_brings_no_escape_sequence(odd: OddLab) -> None:
    inventory, _ = odd.write(HOSTS)
    run = "systemd-run --quiet --wait --unit=dockwright-app.web.1"
    with odd.odd("one", f"{run} printf '{SHELL}first\\n'", *PATHS):
        odd.root("one", f"(sleep 3; {run} printf 'x{SHELL}second\\n') >/dev/null 2>&1 &")
        words = "dockwright", "logs", "-f", "app", "-i", inventory, "--box", "one"
        said = odd.say(*words, most=8)
        assert "second" in said.out
        _is_clean(said.all)
