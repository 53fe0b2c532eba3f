"""Questions to this machine, as pyinfra's local connector reaches it; SSH's are in tests/lab."""

import resource
import time
from collections.abc import Iterator

import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host

from dockwright.box import ask as room
from dockwright.box import unanswered
from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.box.fact import Fact, fact_of
from dockwright.box.process import do
from dockwright.box.this_run import give_up
from dockwright.errors import BoxError


@pytest.fixture
def here() -> Iterator[Host]:
    inventory = Inventory((["@local", "other"], {}))
    state = State(inventory, Config())
    host = inventory.get_host("@local")
    host.connect()
    state.activate_host(host)
    state.activate_host(inventory.get_host("other"))
    yield host
    host.disconnect()


class Kernel(Fact[str]):
    about = "its kernel"

    def script(self, option: str = "-s") -> str:
        return f"uname {option}"

    def read(self, lines: list[str]) -> str:  # type: ignore[override]
        return lines[0]


def test_a_fact_is_asked(here: Host) -> None:
    assert fact_of(here, Kernel) == "Linux"
    assert fact_of(here, Kernel, option="-o") == "GNU/Linux"


def test_pyinfra_itself_asks_with_the_same_marks(here: Host) -> None:
    assert here.get_fact(Kernel) == "Linux"
    assert here.get_fact(Kernel, option="-o") == "GNU/Linux"


def test_a_script_that_fails_says_why(here: Host) -> None:
    with pytest.raises(BoxError) as failed:
        fact_of(here, Kernel, option="--nosuch")
    assert str(failed.value).startswith("box @local: asked about its kernel: exit status 1: ")


def test_a_box_that_takes_too_long_is_told_and_left(
    here: Host, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_TELL", 0.5)
    began = time.monotonic()
    with pytest.raises(BoxError) as late:
        ask(here, Question("sleep 1000", "its sleep"), seconds=1.2)
    assert time.monotonic() - began < 20
    assert str(late.value) == (
        "box @local: no answer about its sleep within 1.2 s; see what it waits for (its sudo, disk "
        "or engine), or allow more with dockwright_answer_seconds"
    )
    assert "still waiting for box @local: its sleep" in caplog.text


def test_one_that_never_ends_is_cut_off(here: Host) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BoxError, match="its answer is longer than 16 MiB, asked about its noise"):
        ask(here, Question("yes", "its noise"))
    # KiB; what was received is held a few times over
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000


def test_what_it_says_without_end_before_the_answer_is_cut_off_too(
    here: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Question, "command", lambda *_: "yes noise")
    with pytest.raises(BoxError, match="it says more than 22 MiB, asked about its user"):
        ask(here, Question("id -u", "its user"))


def test_noise_is_told_once_a_run(
    here: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    command = Question.command
    monkeypatch.setattr(
        Question,
        "command",
        lambda self, seconds: f"printf 'Hi\\033[2J\\n'; {command(self, seconds)}",
    )
    for _ in range(2):
        assert ask(here, Question("echo x", "it")).lines() == ["x"]
    assert caplog.text.count("its shell prints before it answers (Hi\\x1b[2J)") == 1
    assert "\x1b" not in caplog.text


def test_a_box_that_was_given_up_is_asked_no_more(here: Host) -> None:
    give_up(here, "box @local: gone")
    with pytest.raises(BoxError, match="box @local: gone"):
        fact_of(here, Kernel)
    assert here in here.state.failed_hosts


def test_what_a_command_says_may_be_any_bytes(here: Host) -> None:
    from pyinfra.api import StringCommand

    done = do(here, StringCommand("printf 'a\\374\\033[2J\\n'; cat; echo no >&2; exit 3"), {}, b"b")
    assert (done.status, done.errors) == (3, ("no",))
    assert done.output == ("a\\xfc\\x1b[2J", "b")


@pytest.mark.parametrize(
    ("errors", "begins"),
    [
        (b"sudo: a password is required\n", "sudo asks ann for a password; "),
        (b"sudo-rs: interactive authentication is required", "sudo asks ann for a password; "),
        (b"sudo: a terminal is required to read the password", "sudo asks ann for a password; "),
        (b"Sorry, try again.\nsudo: 1 incorrect password attempt", "sudo refuses the password of "),
        (b"ann is not in the sudoers file.", "ann may not use sudo there; "),
        (b"sudo-rs: I'm sorry ann. I'm afraid I can't do that", "ann may not use sudo there; "),
        (b"sh: 1: sudo: not found", "there is no sudo; "),
        (b"bash: line 1: sudo: command not found", "there is no sudo; "),
        (b"sudo: sorry, you must have a tty to run sudo", "sudo wants a terminal (requiretty); "),
        (b">>> /etc/sudoers: syntax error near line 3 <<<\nsudo: parse error in /etc/sudoers near "
         b"line 3", "its sudoers file is broken; "),
        (b"sh: 1: base64: not found", "it lacks coreutils "),
    ],
)  # fmt: skip
def test_each_cause_has_its_own_words(errors: bytes, begins: str) -> None:
    said = unanswered.none("b", "ann", "its user", "no answer", errors, 1, {"_sudo": True})
    assert said.startswith(f"box b: {begins}")
    assert "\n" not in said


def test_words_of_a_box_move_no_terminal() -> None:
    said = unanswered.none("b", "ann", "x", "no answer", b"\x1b]0;x\x07\n\xff", 1, {"_sudo": True})
    assert said.isprintable()
