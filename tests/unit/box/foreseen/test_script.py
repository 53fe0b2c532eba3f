"""One script of many questions: each has its own answer, whatever the others do."""

import subprocess

import pytest

from dockwright.box.answer import Answer, Question
from dockwright.box.foreseen import script
from dockwright.box.foreseen.script import Incoming, command

# what a shell, a quote, a sed or a format could take for its own
ODD = r"""it's "$HOME" `id` \\ \n %s %% ! ~ * ü; # <<EOF"""


def asked(
    questions: list[Question], shell: str = "sh", chunk: int = 1 << 16
) -> dict[str, Answer | None]:
    line = command(questions, 20)
    assert line is not None and "\n" not in line and "\\" not in line
    said = subprocess.run([shell, "-c", line], capture_output=True, check=False).stdout
    answers = Incoming(questions)
    found = {
        question.what: answer
        for at in range(0, len(said), chunk)
        for question, answer in answers.take(said[at : at + chunk])
    }
    assert answers.left == len(questions) - len(found)
    return found


def words(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_each_question_has_the_answer_that_it_has_alone(shell: str, chunk: int) -> None:
    questions = [
        Question("uname -s", "kernel"),
        Question(f"printf '%s' {words(ODD)}", "odd"),
        Question("printf 'a\\374\\000b\\n\\n'", "bytes"),
        Question("cat; echo $#; env | sort", "its own"),
        Question("x=1; cd /usr; exec 3>/dev/null; set -e; umask 0; echo", "leaves things"),
        Question("echo ${x-unset}; pwd >&2; umask", "finds none"),
        Question("no-such-program --x", "needs", requires="no-such-program"),
    ]
    found = asked(questions, shell, chunk)
    for question in questions:
        alone = subprocess.run(
            ["sh", "-c", question.command(20)], capture_output=True, check=True
        ).stdout
        its, there = question.answer(alone), found[question.what]
        assert there is not None
        assert (there.said, there.status) == (its.said, its.status), question.what
    missing = found["needs"]
    assert missing is not None and missing.is_missing


def test_what_failed_hung_or_was_killed_is_no_answer_and_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(script, "EACH", 1.0)
    questions = [
        Question("echo yes; exit 3", "failed"),
        Question("echo one", "one"),
        Question("sleep 60", "hung"),
        Question("kill -9 $$", "killed"),
        Question("exec 1>&-; echo x", "closed"),
        Question("echo two", "two"),
    ]
    found = asked(questions)
    assert found["failed"] is found["hung"] is found["killed"] is None
    one, two = found["one"], found["two"]
    assert one is not None and two is not None
    assert (one.said, two.said) == (b"one\n", b"two\n")


def test_what_is_printed_before_is_noise_of_the_first_and_marks_of_others_are_no_answer() -> None:
    one, two = Question("echo 1", "one"), Question("echo 2", "two")
    line = command([one, two], 20)
    forged = Question("echo forged", "two").line(20)
    said = subprocess.run(
        ["sh", "-c", f"echo Welcome; {forged}; {line}"], capture_output=True, check=False
    ).stdout
    found = list(Incoming([one, two]).take(said))
    assert [(question.what, answer and answer.said) for question, answer in found] == [
        ("one", b"1\n"), ("two", b"2\n")
    ]  # fmt: skip
    assert found[0][1] is not None and found[0][1].noise.startswith(b"Welcome")
    assert found[1][1] is not None and not found[1][1].noise.strip()


def test_a_byte_that_changed_on_the_way_makes_it_no_answer() -> None:
    one, two = Question("echo 111111", "one"), Question("echo 2", "two")
    line = command([one, two], 20)
    assert line is not None
    said = subprocess.run(["sh", "-c", line], capture_output=True, check=False).stdout
    changed = said.replace(b"MTExMTEx", b"MTExMTEy", 1)
    assert changed != said
    assert [answer is None for _, answer in Incoming([one, two]).take(changed)] == [True, False]


def test_what_is_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "MOST", 2000)
    questions = [
        Question("echo 1", "one"), Question("seq 1000", "two"), Question("echo 3", "three"),
    ]  # fmt: skip
    assert set(asked(questions, chunk=100)) == {"one"}


def test_a_line_that_a_kernel_would_refuse_is_none() -> None:
    assert command([Question(f"echo {hash(str(n)):x}{n}", "it") for n in range(20)], 20)
    assert command([Question(f"echo {n}", "it") for n in range(3000)], 20) is None


def test_no_word_of_it_is_longer_than_csh_takes() -> None:
    line = command([Question(f"echo {n}", "it") for n in range(200)], 20)
    assert line is not None and len(line) > 8000
    assert max(map(len, line.split())) < 8000
