"""Why a box gave no answer: each cause in its own words, which move no terminal."""

import pytest
from pydantic import BaseModel, ValidationError

from dockwright.box import unanswered


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


HOW: dict[str, bool] = {}


def test_where_no_cause_is_known_the_last_words_and_the_status_are_told() -> None:
    said = unanswered.none("b", "ann", "its user", "no answer", b"first\nlast\x1b[2J\n", 7, HOW)
    assert said == (
        "box b: no answer, asked about its user (exit status 7; last\\x1b[2J); see its shell and "
        "start files by hand, and run it again"
    )
    said = unanswered.none("b", "ann", "its user", "no answer", b"", -1, {"_sudo": True})
    assert said == (
        "box b: no answer, asked about its user; see its sudo, shell and start files by hand, and "
        "run it again"
    )


def test_what_came_in_an_answer_s_place_tells_of_the_account_unless_sudo_stands_between() -> None:
    printed = b"This account is currently not available.\n"
    said = unanswered.none("b", "ann", "x", "no answer", b"", 1, HOW, printed)
    assert said.startswith("box b: its user has no shell (user ann: This account")
    said = unanswered.none("b", "ann", "x", "no answer", b"", 1, {"_sudo": True}, printed)
    assert "has no shell" not in said


def test_a_script_that_failed_is_told_with_its_last_line() -> None:
    assert unanswered.failed("b", "its images", 2, b"one\ntwo\n") == (
        "box b: asked about its images: exit status 2: two; see it by hand, and run it again"
    )
    assert len(unanswered.failed("b", "x", 2, b"y" * 5000)) < 300


def test_one_that_is_late_is_told_with_how_long_it_had() -> None:
    assert "no answer about its images within 2.5 s; " in unanswered.late("b", "its images", 2.5)


class Shape(BaseModel):
    numbers: list[int]


def test_an_answer_of_another_shape_is_told_by_its_place_and_never_shown_whole() -> None:
    with pytest.raises(ValidationError) as wrong:
        Shape.model_validate({"numbers": [1, "s3cret"]})
    said = unanswered.misshapen("b", "its numbers", wrong.value)
    assert "(numbers.1: Input should be a valid integer" in said
    assert "s3cret" not in said
    assert "\n" not in said
    assert "(KeyError: 'id')" in unanswered.misshapen("b", "x", KeyError("id"))
    with pytest.raises(ValidationError) as no_object:
        Shape.model_validate([])
    assert "(JSON: " in unanswered.misshapen("b", "x", no_object.value)
