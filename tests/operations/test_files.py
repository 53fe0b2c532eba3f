"""What the operations on a registry write: by the table of places, and their modes put right."""

from case import shown
from recorded import box

from dockwright.box.change import Change
from dockwright.facts.registry import Files
from dockwright.operations.registry.files import FOLDERS, file, put_right
from dockwright.registry import places


def test_a_file_has_the_mode_and_owner_of_its_place_and_one_newline_at_its_end() -> None:
    for text in ("a\nb", "a\nb\n"):
        made = file(places.HTPASSWD, text)
        mode, owner = places.MODES[places.HTPASSWD].split()
        assert (made.path, made.text, f"{made.mode:o}", made.owner) == (
            places.HTPASSWD, "a\nb\n", mode, owner,
        )  # fmt: skip


def _right(*paths: str, **modes: str) -> tuple[list[object], list[str]]:
    changes: list[Change] = []
    with box({}, False, changes):
        found = Files(modes={places.DATA: modes["data"]} if modes else {})
        commands = [shown(command) for command in put_right(paths, found)]
    return commands, [change.line for change in changes]


def test_a_folder_is_made_and_a_file_only_put_right() -> None:
    owner = places.MODES[places.DATA].split()[1]
    commands, lines = _right(places.DATA, places.KEY)
    assert commands[:2] == [f"mkdir -p {places.DATA}", f"chown {owner} {places.DATA}"]
    assert not any("mkdir" in str(command) and places.KEY in str(command) for command in commands)
    assert len(commands) == 5
    assert lines[0].startswith(f"+ {places.DATA}  mode and owner → ")


def test_what_is_there_becomes_another_and_nothing_is_nothing() -> None:
    _, lines = _right(places.DATA, data="777 0:0")
    assert lines[0].startswith(f"~ {places.DATA}")
    assert _right() == ([], [])


def test_every_folder_of_it_has_a_mode() -> None:
    assert set(FOLDERS) <= places.MODES.keys()
