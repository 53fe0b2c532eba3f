"""What every command says where a box can't be had, or a user's own file is in error."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.ssh_server import answering, closed_port

DOCKWRIGHT = Path(sys.executable).with_name("dockwright")
INVENTORY = "inventories/lab.py"
COMMANDS = {
    "plan": ["plan", INVENTORY, "site.py"],
    "apply": ["apply", "--yes", INVENTORY, "site.py"],
    "history": ["history", "--box", "docker"],
    "rollback": ["rollback", "zenweb"],
    "logs": ["logs", "zenweb", "--box", "docker"],
    "images plan": ["images", "plan", "--box", "docker"],
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of one box, which `boxed` gives its data, and an empty deploy."""
    (tmp_path / "home" / ".ssh").mkdir(parents=True)
    (tmp_path / "images").mkdir()
    (tmp_path / "inventories" / "group_data").mkdir(parents=True)
    (tmp_path / "site.py").write_text("")
    return tmp_path


def run(site: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DOCKWRIGHT, *words],
        cwd=site,
        env={**os.environ, "HOME": str(site / "home"), "SSH_AUTH_SOCK": ""},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def boxed(site: Path, **data: object) -> None:
    given = {"ssh_hostname": "127.0.0.1", "ssh_user": "app", **data}
    (site / INVENTORY).write_text(f"docker_hosts = [('docker', {given!r})]\n")


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines on standard error, of an error that printed nothing else."""
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    return done.stderr.splitlines()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_box_that_is_not_reached_is_one_line_of_every_command(site: Path, command: str) -> None:
    port = closed_port()
    boxed(site, ssh_port=port)
    last = said(run(site, *COMMANDS[command]))[-1]
    assert last == (
        f"error: box docker: connection refused (127.0.0.1:{port}); start its SSH server, or "
        "correct ssh_port"
    )
    boxed(site, ssh_key="none/here")
    last = said(run(site, *COMMANDS[command]))[-1]
    assert last == (
        "error: box docker: the file of its key is not there (none/here); make it, or correct "
        "ssh_key"
    )


# name of the mistake: the inventory's text, the deploy's, that of group_data/all.py; what is said
FINE = "docker_hosts = ['@local']\n"
HOSTS = "inventories/lab.py"
MISTAKES: dict[str, tuple[str | bytes, str | bytes, str | bytes, str]] = {
    "syntax of the inventory": (
        f"{FINE}def\n",
        "",
        "",
        f"{HOSTS}:2: SyntaxError: invalid syntax; mend the file",
    ),
    "syntax of the deploy": (
        FINE,
        "\n\nif True\n    pass\n",
        "",
        "site.py:3: SyntaxError: expected ':'; mend the file",
    ),
    "a module that is missing": (
        f"{FINE}import no_such_module\n",
        "",
        "",
        f"{HOSTS}:2: ModuleNotFoundError: No module named 'no_such_module'; mend the file",
    ),
    "a name that its module has not": (
        FINE,
        "\nfrom dockwright.operations import boat\n",
        "",
        "site.py:2: ImportError: cannot import name 'boat' from 'dockwright.operations' *; mend "
        "the file",
    ),
    "a name that is not known": (
        FINE,
        "def deploy():\n    return nobody\n\ndeploy()\n",
        "",
        "site.py:2: NameError: name 'nobody' is not defined; mend the file",
    ),
    "a module of one's own": (
        FINE,
        "import own\n",
        "",
        "own.py:2: ZeroDivisionError: division by zero; mend the file",
    ),
    "an argument that an operation has not": (
        FINE,
        "from dockwright.operations import git\n\ngit.repository(path='/x', nonsense=1)\n",
        "",
        "site.py:3: TypeError: *nonsense*; mend the file",
    ),
    "a group that is not there": (
        FINE,
        "from pyinfra import inventory\n\ninventory.get_group('nobody')\n",
        "",
        "site.py:3: NoGroupError: No such group: nobody; mend the file",
    ),
    "an exception in group_data": (
        FINE,
        "",
        "a = 1\nb = {}['none']\n",
        "inventories/group_data/all.py:2: KeyError: 'none'; mend the file",
    ),
    "syntax of group_data": (
        FINE,
        "",
        "a = = 1\n",
        "inventories/group_data/all.py:1: SyntaxError: invalid syntax; mend the file",
    ),
    "an inventory that is not UTF-8": (
        b"# caf\xe9\n" + FINE.encode(),
        "",
        "",
        f"{HOSTS}:1: UnicodeDecodeError: *; mend the file",
    ),
    "a deploy that is not UTF-8": (
        FINE,
        b"# plain\n# caf\xe9\n",
        "",
        "site.py:2: UnicodeDecodeError: *; mend the file",
    ),
    "a deploy with a NUL byte": (FINE, b"a = 1\n\0", "", "site.py: *; mend the file"),
    "a deploy that ends the run": (
        FINE,
        "import sys\n\nsys.exit(3)\n",
        "",
        "site.py:3: SystemExit: it ends the run with 3; mend the file",
    ),
    "a deploy that ends the run as if all were well": (
        FINE,
        "raise SystemExit\n",
        "",
        "site.py:1: SystemExit: it ends the run with 0; mend the file",
    ),
    "an inventory that ends the run": (
        f"{FINE}exit(1)\n",
        "",
        "",
        f"{HOSTS}:2: SystemExit: it ends the run with 1; mend the file",
    ),
    "hosts that are a text": (
        "docker_hosts = 'docker'\n",
        "",
        "",
        f"inventory {HOSTS}: no box in it; put one into docker_hosts",
    ),
    "hosts that are numbers": (
        "docker_hosts = [1]\n",
        "",
        "",
        f"inventory {HOSTS}: no box in it; put one into docker_hosts",
    ),
    "hosts that are nothing": (
        "docker_hosts = ()\n",
        "",
        "",
        f"{HOSTS}: IndexError: tuple index out of range; mend the file",
    ),
    "data that is no dictionary": (
        "docker_hosts = [('@local', 'root')]\n",
        "",
        "",
        f"{HOSTS}: *; mend the file",
    ),
    "data of a wrong type": (
        "docker_hosts = [('docker', {'ssh_port': 'many'})]\n",
        "",
        "",
        f"inventory {HOSTS}: Invalid connector data `ssh_port`*; see its hosts",
    ),
    "a connector that is not known": (
        "docker_hosts = ['@nowhere/docker']\n",
        "",
        "",
        f"{HOSTS}: NoConnectorError: Invalid connector: nowhere; mend the file",
    ),
    "words that would move the cursor": (
        FINE,
        "raise ValueError('one\\n\\x1b[2Jtwo')\n",
        "",
        "site.py:1: ValueError: one \\x1b[2Jtwo; mend the file",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_user_s_file_is_one_line_with_its_place(site: Path, mistake: str) -> None:
    inventory, deploy, data, expected = MISTAKES[mistake]
    for path, text in (
        (INVENTORY, inventory),
        ("site.py", deploy),
        ("inventories/group_data/all.py", data),
        ("own.py", "def own():\n    return 1 / 0\n\nown()\n"),
    ):
        (site / path).write_bytes(text.encode() if isinstance(text, str) else text)
    lines = said(run(site, "plan", INVENTORY, "site.py"))
    assert "Traceback" not in "\n".join(lines)
    pattern = re.escape(f"error: {expected}").replace(r"\*", ".*")
    assert re.fullmatch(pattern, lines[-1]), lines


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["inventories", "site.py"], "inventory inventories: a folder; name a file in it"),
        (["@local", "inventories"], "inventories: a folder; name a deploy file"),
        (["none.py", "site.py"], "inventory none.py: no such file in *; name one with -i, *"),
        (["@local", "none.py"], "none.py: no such file in *; name a deploy file"),
        (["@nowhere/x", "site.py"], "inventory @nowhere/x: Invalid connector: nowhere; see its *"),
        (["lab.hosts", "site.py"], "lab.py:2: ZeroDivisionError: division by zero; mend the file"),
    ],
)
def test_a_file_that_is_none_is_one_line(site: Path, words: list[str], expected: str) -> None:
    (site / "lab.py").write_text("\nhosts = [1 / 0]\n")
    lines = said(run(site, "plan", *words))
    pattern = re.escape(f"error: {expected}").replace(r"\*", ".*")
    assert re.fullmatch(pattern, lines[-1]), lines


@pytest.mark.parametrize(
    ("typed", "status", "expected"),
    [
        ("y\n", 0, "Apply it? [y/N]: "),
        ("\n", 1, "Apply it? [y/N]: nothing was changed"),
        ("perhaps\nYES\n", 0, "Apply it? [y/N]: error: say y or n"),
        ("", 1, "error: Apply it? nobody answers on standard input; say --yes"),
    ],
)
def test_the_question_takes_yes_no_and_nothing_else(
    site: Path, typed: str, status: int, expected: str
) -> None:
    (site / "site.py").write_text(ASKING)
    done = run(site, "apply", "@local", "site.py", typed=typed)
    assert done.returncode == status, done.stderr
    assert expected in done.stderr


def test_a_server_that_hangs_up_is_one_line_and_no_traceback(site: Path) -> None:
    with answering(socket.socket.close) as port:
        boxed(site, ssh_port=port)
        told = said(run(site, "plan", INVENTORY, "site.py"))
    assert told[-1].startswith("error: box docker: the connection is closed before an SSH server ")
    assert "Traceback" not in "\n".join(told)


@contextmanager
def hanging() -> Iterator[int]:
    """The port of a box that takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def interrupted(site: Path, words: list[str], begun: str, ending: signal.Signals) -> list[str]:
    """Send ``ending`` once the command said ``begun``, or after two seconds if that is empty.

    What it said on standard error is on a terminal, so that a prompt is one.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [DOCKWRIGHT, *words],
        cwd=site,
        env={**os.environ, "HOME": str(site / "home"), "NO_COLOR": "1", "TERM": "dumb"},
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    told = ""
    until = time.monotonic() + (20 if begun else 2)
    try:
        while time.monotonic() < until and not (begun and begun in told):
            ready, _, _ = select.select([ours], [], [], 0.2)
            told += os.read(ours, 4096).decode() if ready else ""
        assert begun in told, told
        process.send_signal(ending)
        with suppress(OSError):  # a terminal without its program is an error to read
            while more := os.read(ours, 4096):
                told += more.decode()
        assert process.wait(10) == 130, told
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return told.replace("\r", "").splitlines()


SLOW = "import time\nprint('begun', file=__import__('sys').stderr, flush=True)\ntime.sleep(30)\n"
ASKING = "from pyinfra.operations import server\nserver.shell(name='always', commands=['true'])\n"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["connecting", "planning", "loading", "asking"])
def test_an_interrupted_command_ends_with_130_and_one_line(
    site: Path, moment: str, ending: signal.Signals
) -> None:
    begun, words = "begun", ["plan", INVENTORY, "site.py"]
    (site / INVENTORY).write_text(FINE)
    with hanging() as port:
        if moment == "connecting":
            boxed(site, ssh_port=port)
            begun = ""
        elif moment == "planning":
            (site / "site.py").write_text(SLOW)
        elif moment == "loading":
            (site / INVENTORY).write_text(SLOW)
        else:
            (site / "site.py").write_text(ASKING)
            begun, words = "Apply it?", ["apply", "@local", "site.py"]
        lines = interrupted(site, words, begun, ending)
    assert lines[-1] == "interrupted"
    assert not [line for line in lines if "Traceback" in line or "Error" in line]


CHANGING = """
from io import StringIO
from pyinfra.operations import files, server

files.put(name="a text", src=StringIO("new\\n"), dest="text")
files.put(name="as it is", src=StringIO("old\\n"), dest="other")
server.shell(name="it fails", commands=["echo no luck >&2; exit 3"])
"""


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (["--quiet"], ["    [@local] no luck", "it fails: failed on @local"]),
        ([], ["a text: changed on @local", "    [@local] no luck", "it fails: failed on @local"]),
    ],
    ids=["quiet", "usual"],
)
def test_an_apply_says_what_changes_and_why_what_failed_did(
    site: Path, options: list[str], lines: list[str]
) -> None:
    (site / "site.py").write_text(CHANGING)
    (site / "other").write_text("old\n")
    done = run(site, "apply", "@local", "site.py", "--yes", *options)
    assert done.returncode == 1
    assert [line.partition(", ")[0] for line in done.stderr.splitlines()] == lines
    *plan, head, row, total = done.stdout.splitlines()
    assert bool(plan) == (not options)
    assert head.split() == ["box", "changed", "as", "declared", "seconds", "failed"]
    assert re.fullmatch(r"@local +1 +1 +[0-9.]+  it fails: no luck", row)
    assert re.fullmatch(r"1 changed, 1 failed, 1 as declared; [0-9.]+ s", total)


def test_a_verbose_apply_says_every_operation_as_pyinfra_does(site: Path) -> None:
    (site / "site.py").write_text(CHANGING)
    (site / "other").write_text("old\n")
    done = run(site, "apply", "@local", "site.py", "--yes", "--verbose")
    for name in ("a text", "as it is", "it fails"):
        assert f"Starting operation: {name}" in done.stderr
    assert "No changes" in done.stderr
    assert "executed" not in done.stderr
