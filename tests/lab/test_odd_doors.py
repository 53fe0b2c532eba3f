"""Doors that stay shut: each says in its own words what is the matter, and nothing is changed."""

import subprocess
from pathlib import Path

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import BOXES, OddLab
from tests.lab.labs.odd_run import one_failed
from tests.lab.labs.odd_words import HOSTS

PATHS = ("/etc/sudoers.d", "/etc/ssh/sshd_config.d", "/etc/hosts", "/etc/nologin", "/usr/local/bin",
         "/home/vagrant", "/etc/passwd", "/etc/shadow")  # fmt: skip
SUDOERS = "/etc/sudoers.d/vagrant"
SSHD = "/etc/ssh/sshd_config.d/05-odd.conf"  # read before the lab's own; the first word counts
RELOAD = "systemctl reload ssh"
# (what root does on box one, words that are in the line, words of another cause)
ROWS = {
    "sudo wants a password":
        (f"echo 'vagrant ALL=(ALL:ALL) ALL' >{SUDOERS}", ("sudo", "password")),
    "a user who may not use sudo": (f"rm {SUDOERS}", ("sudo",)),
    "a wheel of sudo that does not turn": (f"echo 'no grammar' >{SUDOERS}", ("sudo",)),
    "no sudo at all": ("mv /usr/bin/sudo /usr/bin/odd-sudo", ("sudo",)),
    "sudo wants a terminal": (f"echo 'Defaults requiretty' >>{SUDOERS}", ("sudo",)),
    "nobody may log in for now": ("echo 'Maintenance until six' >/etc/nologin", ()),
    "the user's shell lets nobody in": ("usermod -s /usr/sbin/nologin vagrant", ("shell",)),
    "the user's account has ended": ("usermod -e 1 vagrant", ()),
    "the user's password is to be changed first": ("chage -d 0 vagrant", ()),
    "sshd runs a command of its own": (f"echo 'ForceCommand echo only this' >{SSHD}; {RELOAD}", ()),
    "sshd allows files only": (f"echo 'ForceCommand internal-sftp' >{SSHD}; {RELOAD}", ()),
    "sshd lets this user not in": (f"echo 'DenyUsers vagrant' >{SSHD}; {RELOAD}", ()),
}  # fmt: skip
UNDO = f"[ ! -e /usr/bin/odd-sudo ] || mv /usr/bin/odd-sudo /usr/bin/sudo; rm -f {SSHD}; {RELOAD}"
# hints that are right for a box that is down only
DOWN = ("start it,", "start it ", "see that it is up")


def _refused(odd: OddLab, way: str, words: tuple[str, str], says: tuple[str, ...]) -> None:
    before = odd.root("one", "cat /etc/hosts")
    said = odd.apply(way, words, most=90)
    line = one_failed(said, "one", *says)
    assert not any(word in line for word in DOWN), line
    assert odd.root("one", "cat /etc/hosts") == before
    assert "odd.example" in odd.root("two", "cat /etc/hosts")


@pytest.mark.parametrize(
    ("row", "way"),
    rows(
        [(row, "pyinfra") for row in ROWS]
        + [(row, "dockwright") for row in ("sudo wants a password", "a user who may not use sudo")],
        [
            ("sudo wants a password", "dockwright"),
            ("a user who may not use sudo", "pyinfra"),
            ("nobody may log in for now", "pyinfra"),
            ("the user's shell lets nobody in", "pyinfra"),
            ("sshd allows files only", "pyinfra"),
        ],
    ),
)
def test_a_box_that_lets_us_not_in_says_so_in_its_own_words(
    odd: OddLab, row: str, way: str
) -> None:
    make, says = ROWS[row]
    with odd.odd("two", "true", "/etc/hosts"), odd.odd("one", make, *PATHS, undo=UNDO):
        _refused(odd, way, odd.write(HOSTS), says)


@pytest.mark.long
def test_a_sshd_that_allows_one_session_is_no_hindrance_or_told(odd: OddLab) -> None:
    make = f"echo 'MaxSessions 1' >{SSHD}; {RELOAD}"
    with odd.odd("two", "true", "/etc/hosts"), odd.odd("one", make, *PATHS, undo=UNDO):
        said = odd.apply("dockwright", odd.write(HOSTS), most=90)
        assert "Traceback" not in said.all
        assert "odd.example" in odd.root("two", "cat /etc/hosts")
        if said.status != 0:
            assert "MaxSessions" in one_failed(said)


def _keys(folder: Path) -> dict[str, str]:
    made = {}
    for name, word in (("another", ""), ("locked", "secret")):
        made[name] = str(folder / name)
        argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", word, "-f", made[name]]
        subprocess.run(argv, check=True)
    (folder / "garbage").write_text("no key\n")
    return {**made, "garbage": str(folder / "garbage"), "absent": str(folder / "absent")}


# data of box one: KEY stands for a file of this machine
LOGINS = {
    "root, whom sshd refuses": ({"ssh_user": "root"}, ("root",)),
    "a user whom the box does not have": ({"ssh_user": "nobody-here"}, ("nobody-here",)),
    "a key file that is not there": ({"ssh_key": "absent"}, ("absent",)),
    "a key that the box does not know": ({"ssh_key": "another"}, ()),
    "a key with a password, which nobody gave": ({"ssh_key": "locked"}, ("locked",)),
    "a key file that is none": ({"ssh_key": "garbage"}, ("garbage",)),
    "a name that no resolver knows": ({"ssh_hostname": "no-such.invalid"}, ("no-such.invalid",)),
    "a port that nobody listens on": ({"ssh_port": 2222}, ("2222",)),
    "known hosts that are another's": ({"ssh_known_hosts_file": "other_hosts"}, ("key",)),
}  # fmt: skip


# pyinfra's own command connects before a line of ours runs, and has words of its own
@pytest.mark.parametrize(
    "row",
    rows(
        LOGINS,
        [
            "root, whom sshd refuses",
            "a key file that is not there",
            "a key with a password, which nobody gave",
            "a port that nobody listens on",
            "known hosts that are another's",
        ],
    ),
)
def test_a_login_that_fails_names_what_it_failed_by(odd: OddLab, row: str, tmp_path: Path) -> None:
    data, says = LOGINS[row]
    files = _keys(tmp_path)
    public = (tmp_path / "another.pub").read_text()
    files["other_hosts"] = str(tmp_path / "other_hosts")
    Path(files["other_hosts"]).write_text(f"{BOXES['one']} {public}")
    given = {key: files.get(value, value) for key, value in data.items()}
    with odd.odd("two", "true", "/etc/hosts"), odd.odd("one", "true", *PATHS):
        _refused(odd, "dockwright", odd.write(HOSTS, {"one": given}), says)


def test_a_home_without_ssh_files_is_no_hindrance(odd: OddLab, tmp_path: Path) -> None:
    words = odd.write(HOSTS, ssh_known_hosts_file=None, ssh_strict_host_key_checking="accept-new")
    with odd.odd("two", "true", "/etc/hosts"), odd.odd("one", "true", "/etc/hosts"):
        said = odd.apply("dockwright", words, HOME=str(tmp_path))
        assert "Traceback" not in said.all
        assert said.status == 0
        assert "odd.example" in odd.root("one", "cat /etc/hosts")
        assert (tmp_path / ".ssh/known_hosts").exists()
        again = odd.apply("dockwright", words, HOME=str(tmp_path / "none"))
        assert "Traceback" not in again.all
        assert again.status == 1
        assert "its host key can't be kept" in again.err


# files of this machine: (which, its text, words of the line)
FILES = {
    "an inventory that imports a module that is not there":
        ("inventory.py", "import no_such_module\n", ("inventory.py", "no_such_module")),
    "an inventory that is no Python": ("inventory.py", "docker_hosts = [\n", ("inventory.py",)),
    "a deploy that imports a module that is not there":
        ("deploy.py", "import no_such_module\n", ("deploy.py", "no_such_module")),
    "group data that import a module that is not there":
        ("group_data/all.py", "import no_such_module\n", ("all.py", "no_such_module")),
}  # fmt: skip


@pytest.mark.parametrize("way", rows(["pyinfra", "dockwright"], ["dockwright"]))
@pytest.mark.parametrize("row", FILES)
def test_a_file_of_ours_that_cannot_be_read_is_one_line(odd: OddLab, row: str, way: str) -> None:
    file, text, says = FILES[row]
    words = odd.write(HOSTS)
    (odd.folder / file).parent.mkdir(exist_ok=True)
    (odd.folder / file).write_text(text)
    try:
        said = odd.apply(way, words)
    finally:
        (odd.folder / file).unlink()
    assert said.status == 1
    if way == "dockwright":  # pyinfra's own command has its own words for these
        assert "Traceback" not in said.all
        [line] = [line for line in said.err.splitlines() if line.startswith("error: ")]
        assert all(word in line for word in says), line
