"""A command's own record on its box: whether it was done, failed or was broken off."""

from collections.abc import Iterator

import pytest
from pyinfra.api.host import Host

from dockwright.box.record import Record
from dockwright.errors import DockwrightError
from dockwright.run import recorded as room
from dockwright.run.recorded import recorded
from tests.unit.box.boxes import local


@pytest.fixture
def here() -> Iterator[Host]:
    with local() as host:
        yield host


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    records: list[Record] = []
    monkeypatch.setattr(room, "write", lambda _, record: records.append(record))
    return records


def test_what_was_done_is_what_changed(here: Host, written: list[Record]) -> None:
    with recorded(here, "rollback of web", pytest.fail):
        assert written == []
    [record] = written
    assert (record.result, record.changed, record.failed) == (
        "ok",
        ("rollback of web",),
        (),
    )
    assert not record.commit


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (DockwrightError("no"), "failed"),
        (KeyboardInterrupt(), "interrupted"),
        (OSError(), "failed"),
    ],
)
def test_what_was_not_is_recorded_too_and_raised(
    here: Host, written: list[Record], error: BaseException, result: str
) -> None:
    with pytest.raises(type(error)), recorded(here, "mirror of x", pytest.fail):
        raise error
    [record] = written
    assert record.result == result
    assert record.changed == ()


def test_a_record_that_can_t_be_written_is_told_and_no_failure(
    here: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "write", lambda *_: "box @local: its record can't be written")
    told: list[str] = []
    with recorded(here, "x", told.append):
        pass
    assert told == ["box @local: its record can't be written"]
