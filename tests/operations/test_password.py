"""Passwords that a box keeps: made once, of mode 0600, and anew where others could read them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from case import shown
from recorded import box

from dockwright.operations import password

PATH = "/etc/dockwright/leaves/stash.password"


def _run(operation: Any, facts: dict[str, Any], *args: Any, **kwargs: Any) -> tuple[Any, list[str]]:
    with box(facts, executing=True) as said:
        return [shown(command) for command in operation._inner(*args, **kwargs)], said


@pytest.mark.parametrize(
    ("access", "folder", "anew"),
    [
        ("600:0:0", "755:0:0", False),
        ("644:0:0", "700:0:0", False),
        ("644:0:0", "755:0:0", True),
        ("600:1000:1000", "755:0:0", True),
        ("600:0:0", "777:0:0", True),
    ],
)
def test_a_kept_password_is_made_anew(access: str, folder: str, anew: bool) -> None:
    printed = {"args": [PATH], "output": f"answered\naccess {access}\nfolder {folder}\ntext former"}
    commands, said = _run(password.kept, {"password.Password": printed}, PATH)
    texts = [command["text"] for command in commands if "write" in command]
    assert [text != "former\n" for text in texts] == (
        [] if access == "600:0:0" and not anew else [anew]
    )
    assert any("others than root could have read it" in line for line in said) is anew


def test_a_folder_of_others_keeps_no_password() -> None:
    printed = {"args": ["/srv/x/p"], "output": "answered\naccess 600:0:0\nfolder 777:0:0\ntext f"}
    commands, _ = _run(password.kept, {"password.Password": printed}, "/srv/x/p")
    [command] = commands
    assert "/srv/x has 777:0:0: others may put their own password there" in command["fail"]


def _kept(printed: str) -> dict[str, Any]:
    return {"password.Password": {"args": [PATH], "output": printed}}


def test_one_that_is_not_there_is_made_with_its_folder_and_another_each_time() -> None:
    made = []
    for _ in range(2):
        commands, _ = _run(password.kept, _kept("answered"), PATH)
        assert (
            commands[0]
            == f"[ -d {PATH.rpartition('/')[0]} ] || install -d -m 0700 "
            + (PATH.rpartition("/")[0])
        )
        assert (commands[1]["write"], commands[1]["access"]) == (PATH, "600 root:root")
        made.append(commands[1]["text"].strip())
    assert made[0] != made[1]
    assert min(map(len, made)) >= 32


def test_one_whose_mode_is_another_keeps_its_text_where_nobody_could_read_it() -> None:
    printed = "answered\naccess 400:0:0\nfolder 700:0:0\ntext former"
    commands, said = _run(password.kept, _kept(printed), PATH)
    assert [command["text"] for command in commands] == ["former\n"]
    assert said == []


def test_a_box_that_does_not_answer_is_no_box_without_a_password() -> None:
    commands, _ = _run(password.kept, _kept(""), PATH)
    assert commands == [{"fail": f"box box: {PATH}: not to be read; is sudo in order there?"}]


@pytest.mark.parametrize("path", ["", "x", "x/y", "/x", "-rf/x"])
def test_a_path_that_is_not_absolute_or_in_no_folder_is_refused(path: str) -> None:
    commands, _ = _run(password.kept, {}, path)
    assert "not an absolute path in a folder" in commands[0]["fail"]


@pytest.mark.parametrize(("made", "anew"), [(1795500000, True), (1795521500, False)])
def test_one_that_was_made_before_a_moment_is_made_anew(made: int, anew: bool) -> None:
    printed = f"answered\nnow 1795521600\naccess 600:0:0\nmade {made}\nfolder 700:0:0\ntext former"
    since = datetime.fromtimestamp(1795521000, UTC)
    commands, _ = _run(password.kept, _kept(printed), PATH, since=since)
    assert [command["text"] != "former\n" for command in commands if "write" in command] == (
        [True] if anew else []
    )


def test_a_moment_that_is_still_to_come_says_nothing_yet() -> None:
    printed = "answered\nnow 1795521600\naccess 600:0:0\nmade 1\nfolder 700:0:0\ntext former"
    since = datetime.fromtimestamp(1795521601, UTC)
    commands, _ = _run(password.kept, _kept(printed), PATH, since=since)
    assert commands == []
