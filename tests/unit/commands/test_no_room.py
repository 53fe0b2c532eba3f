"""What could not be written for want of room: which file system of which box it was."""

from collections.abc import Iterator

import pytest
from pyinfra.api.host import Host
from pyinfra.context import ctx_state

from dockwright.box.file_system import FileSystem
from dockwright.box.this_run import give_up
from dockwright.commands import no_room
from dockwright.commands.no_room import explained, registry_explained
from tests.unit.box.boxes import local

FULL = FileSystem("/srv", "ext4", 1000, 0, 0, 0)
WIDE = FileSystem("/", "ext4", 1000, 900, 0, 0)


@pytest.fixture
def here() -> Iterator[Host]:
    with local("registry") as host, ctx_state.use(host.state):
        yield host


@pytest.mark.parametrize(
    "text",
    ["push web:1: 503", "box @local: no room on / (ext4): 0 B …: no space left on device", ""],
)
def test_what_failed_for_another_cause_or_is_explained_stays_as_it_is(
    here: Host, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(no_room, "fact_of", lambda *_, **__: pytest.fail("it was asked"))
    assert explained(here, text) == text


def test_the_full_one_is_named_once_with_the_box(
    here: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(no_room, "fact_of", lambda *_, **__: (WIDE, FULL))
    said = explained(here, "box @local: write /srv/x: no space left on device")
    assert said == (
        f"box @local: no room on {FULL}; make room there, and run it again: "
        "write /srv/x: no space left on device"
    )


def test_where_the_box_can_t_be_asked_the_error_is_told_all_the_same(here: Host) -> None:
    give_up(here, "box @local: gone")
    assert explained(here, "no space left on device") == "no space left on device"


@pytest.mark.parametrize(("systems", "full"), [((WIDE,), False), ((WIDE, FULL), True), ((), False)])
def test_a_registry_s_box_is_asked_whatever_its_error_says(
    here: Host,
    systems: tuple[FileSystem, ...],
    full: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(no_room, "from_host", lambda *_: systems)
    said = registry_explained("registry", "push web:1: 500")
    assert said == (
        f"box registry: no room on {FULL}; make room there, and run it again: push web:1: 500"
        if full else "push web:1: 500"
    )  # fmt: skip


def test_a_registry_of_others_or_one_whose_box_is_down_is_not_explained(here: Host) -> None:
    assert registry_explained(None, "push: 500") == "push: 500"
    give_up(here.state.inventory.get_host("registry"), "box registry: down")
    assert registry_explained("registry", "push: 500") == "push: 500"
