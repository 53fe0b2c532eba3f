"""Answers with a byte that is not UTF-8 are whole: no account, group, run or archive is lost."""

from tests.lab.labs.odd_lab import OddLab
from tests.lab.labs.odd_words import HOSTS, put

ACCOUNT = """
from dockwright.operations import engine
from dockwright.operations import account

account.service(name="stash", user="stash", number=998, home="/srv/stash", _sudo=True)
engine.user(name="admin", user="vagrant", _sudo=True)
"""
MADE = (
    "groupadd -og 998 stash; useradd -o -u 998 -g stash -d /srv/stash stash; "
    "install -d -m 700 -o 998 -g 998 /srv/stash"
)


def test_an_account_whose_full_name_is_latin_1_is_there(odd: OddLab) -> None:
    name = f"{MADE}; sed -i 's/^stash:x:998:998:/&B\udcfcro/' /etc/passwd; groupadd -f docker"
    files = "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/srv/stash"
    with odd.odd("one", f"{name}; usermod -aG docker vagrant", *files):
        odd.write(ACCOUNT)
        said = odd.say("pyinfra", "--json", "-y", "--limit", "one", *odd.write(ACCOUNT))
        assert (said.status, said.changes()) == (0, [])


def test_a_group_of_the_admin_whose_name_is_latin_1_takes_no_group_away(odd: OddLab) -> None:
    make = (
        f"{MADE}; groupadd -f docker; usermod -aG docker vagrant; "
        "echo 'b\udcfcro:x:2000:vagrant' >>/etc/group"
    )
    files = "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/srv/stash"
    with odd.odd("one", make, *files):
        said = odd.say("pyinfra", "--json", "-y", "--limit", "one", *odd.write(ACCOUNT))
        assert (said.status, said.changes()) == (0, [])


def test_a_line_of_the_record_that_is_not_utf_8_takes_no_other_away(odd: OddLab) -> None:
    runs = "/var/log/dockwright/runs.jsonl"
    lines = b'{"began": "first", "who": "a"}\n{"began": "B\374ro"}\n{"began": "last", "who": "b"}\n'
    with odd.odd("one", put(runs, lines), "/var/log/dockwright"):
        said = odd.say("dockwright", "history", "-i", odd.write(HOSTS)[0], "--box", "one")
        assert said.status == 0
        assert [line.split()[0] for line in said.out.splitlines()][::2] in (
            ["first", "last"],
            ["first"],
        )
        assert "last" in said.out


def test_a_latin_1_comment_in_apts_sources_hides_no_archive(odd: OddLab) -> None:
    listed = b"# B\374ro\ndeb http://mirror.example/debian bookworm main\n"
    deploy = """
from pyinfra import host
from pyinfra.operations import files
from io import StringIO
from dockwright.facts.apt import AptArchives

said = ",".join(entry.suite for entry in host.get_fact(AptArchives).entries)
files.put(name="told", src=StringIO(said), dest="/tmp/suites", _sudo=True)
"""
    with odd.odd(
        "one",
        put("/etc/apt/sources.list.d/b.list", listed),
        "/etc/apt/sources.list.d",
        "/tmp/suites",
    ):
        said = odd.say("pyinfra", "-y", "--limit", "one", *odd.write(deploy))
        assert said.status == 0
        assert "bookworm,bookworm" in odd.root("one", "cat /tmp/suites")
