"""What a box prints before it answers, or behind it, is not taken for its answer."""

from shlex import quote

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import OddLab

BASICS = """
from dockwright.operations import engine
from dockwright.operations import account, git, hosts

engine.config(name="settings", settings={"mtu": 1400}, _sudo=True)
hosts.entries(name="names", entries={"10.9.9.1": ["odd.example"]}, _sudo=True)
account.service(name="stash", user="stash", number=998, home="/srv/stash", _sudo=True)
git.repository(name="wiki", path="/srv/wiki", owner="33:33", _sudo=True)
"""
PATHS = (
    "/etc/hosts", "/etc/docker", "/var/lib/dockwright", "/etc/passwd", "/etc/shadow", "/etc/group",
    "/etc/gshadow", "/srv/stash", "/srv/wiki", "/home/vagrant/.bashrc", "/home/vagrant/.cshrc",
    "/home/vagrant/.profile", "/etc/ssh/sshrc", "/usr/local/bin", "/etc/pam.d", "/etc/odd",
    "/etc/environment", "/etc/default/locale",
)  # fmt: skip
# the repository is somebody's: its first branch is called otherwise
TRUNK = "git --git-dir /srv/wiki symbolic-ref HEAD refs/heads/trunk"


def _rc(line: str) -> str:
    """``line`` as the first one of the user's .bashrc."""
    at = "/home/vagrant/.bashrc"
    return f"printf '%s\\n' {quote(line)} | cat - {at} >/tmp/rc; cat /tmp/rc >{at}; rm /tmp/rc"


def _sudo(*lines: str) -> str:
    """A sudo of the box's own, before the system's in PATH."""
    at = "/usr/local/bin/sudo"
    return f"printf '%s\\n' '#!/bin/sh' {' '.join(map(quote, lines))} >{at}; chmod 755 {at}"


REAL = '/usr/bin/sudo "$@"'
NOISES = {
    "a greeting in .bashrc": _rc("echo Welcome"),
    "a notice from sshd's sshrc": "echo 'echo Authorized users only' >/etc/ssh/sshrc",
    "a sudo that prints its notice": _sudo("echo We trust you", f"exec {REAL}"),
    "a notice from PAM, by sudo": "echo 'Authorized users only' >/etc/odd; "
    "echo 'session optional pam_echo.so file=/etc/odd' >>/etc/pam.d/sudo",
    # of our own finding
    "a greeting without an end of line": _rc("printf Welcome"),
    "a greeting in Latin-1, and a terminal's title": _rc(r"printf '\033]0;odd\007B\374ro\n'"),
    "a greeting that looks like an answer": _rc(
        r"printf 'absent\ninit upstart\nhome:700 0:0 directory\n{}\n[]\n'"
    ),
    "a thousand lines of greeting": _rc("seq 1000"),
    "words behind the answer": _rc("trap 'echo Goodbye' EXIT"),
    "a sudo that prints behind the answer": _sudo(REAL, "s=$?", "echo Goodbye", "exit $s"),
    "a shell that is no sh": "usermod -s /bin/csh vagrant",
    "a shell that is no sh, and greets": "usermod -s /bin/csh vagrant; "
    "echo 'echo Welcome' >/home/vagrant/.cshrc",
}
# PAM's go to standard error where there is no terminal
QUIET = {"a shell that is no sh", "a notice from PAM, by sudo"}
TOLD = "box one: its shell prints before it answers"


def _made_odd(odd: OddLab, noise: str) -> tuple[tuple[str, str], str]:
    """A box that is as declared, and then has its noise; the words of the run, and a picture."""
    words = odd.write(BASICS)
    first = odd.apply("pyinfra", words)
    assert first.status == 0, first.all
    odd.root("one", f"set -e\n{TRUNK}\n{noise}")
    return words, _picture(odd)


def _picture(odd: OddLab) -> str:
    look = (
        "sha256sum /etc/hosts /etc/docker/daemon.json; cat /srv/wiki/HEAD; stat -c '%a %u' /srv/*"
    )
    return odd.root("one", f"{look}; getent passwd stash")


@pytest.mark.parametrize(
    ("noise", "way"),
    rows(
        [(noise, "pyinfra") for noise in NOISES] + [("a greeting in .bashrc", "dockwright")],
        [
            ("a greeting in .bashrc", "dockwright"),
            ("a sudo that prints its notice", "pyinfra"),
            ("a greeting that looks like an answer", "pyinfra"),
            ("words behind the answer", "pyinfra"),
            ("a shell that is no sh, and greets", "pyinfra"),
        ],
    ),
)
def test_what_stands_around_an_answer_is_not_taken_for_it(
    odd: OddLab, noise: str, way: str
) -> None:
    with odd.odd("one", "true", *PATHS), odd.odd("two", "true", *PATHS):
        words, before = _made_odd(odd, NOISES[noise])
        planned = odd.say("dockwright", "plan", *words)
        again = odd.apply(way, words)
        after = _picture(odd)
        odd.root("one", "sed -i '/odd.example/d' /etc/hosts; chmod 755 /srv/stash")
        mended = odd.apply("pyinfra", words)
        for said in (planned, again, mended):
            assert "Traceback" not in said.all
            assert said.status == 0
            if noise not in QUIET and "behind" not in noise:
                assert said.all.count(TOLD) == 1
        assert after == before
        assert mended.changes() == ["one: names", "one: stash"]
        assert _picture(odd) == before
        assert "Welcome" not in odd.root("one", "cat /etc/hosts")
        if way == "pyinfra":
            assert again.changes() == []
        else:
            assert "0 changed" in again.out or "as declared" in again.out


# variables of every login, of sudo's too: (what /etc/environment has, what is declared as ever)
VARIABLES = {
    "a German box": ("LANG=de_DE.UTF-8\nLANGUAGE=de", "/etc/default/locale"),
    "a German box by LC_ALL, which wins over all else": ("LC_ALL=de_DE.UTF-8", "/etc/environment"),
    "a Turkish box, whose capital of i is none of ASCII": (
        "LC_ALL=tr_TR.UTF-8",
        "/etc/environment",
    ),
    "a locale that was never generated": ("LC_ALL=fr_FR.UTF-8", "/etc/environment"),
    "git looks elsewhere": ("GIT_DIR=/srv/elsewhere\nGIT_WORK_TREE=/srv", "/etc/environment"),
    "POSIX to the letter": ("POSIXLY_CORRECT=1", "/etc/environment"),
    "colours for all": ("SYSTEMD_COLORS=1\nCLICOLOR_FORCE=1\nGREP_COLORS=mt=1", "/etc/environment"),
    "a PATH that has none of root's programs": ("PATH=/usr/bin:/bin", "/etc/environment"),
}


@pytest.mark.parametrize(
    "what",
    rows(
        VARIABLES,
        ["a German box", "git looks elsewhere", "a PATH that has none of root's programs"],
    ),
)
def test_what_a_box_says_does_not_hang_on_its_variables(odd: OddLab, what: str) -> None:
    lines, path = VARIABLES[what]
    with odd.odd("one", "true", *PATHS), odd.odd("two", "true", *PATHS):
        words, before = _made_odd(odd, f"cat >>{path} <<'END'\n{lines}\nEND")
        again = odd.apply("pyinfra", words)
        assert "Traceback" not in again.all
        assert (again.status, again.changes()) == (0, [])
        planned = odd.say("dockwright", "plan", *words)
        assert (planned.status, planned.out.count("\n")) == (0, 1)
        assert _picture(odd) == before
        # all of it anew, with the variables
        odd.root("one", "rm -r /srv/wiki; rmdir /srv/stash; sed -i '/odd.example/d' /etc/hosts")
        mended = odd.apply("pyinfra", words)
        assert mended.changes() == ["one: names", "one: stash", "one: wiki"]
        assert odd.apply("pyinfra", words).changes() == []
        assert odd.root("one", "git --git-dir /srv/wiki symbolic-ref HEAD") == "refs/heads/master"
        assert odd.root("one", "ls /srv") == "stash\nwiki"
