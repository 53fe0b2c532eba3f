"""What of a box is not well."""

from dataclasses import replace

import pytest

from dockwright.box.file_system import GIB, FileSystem
from dockwright.status.judged.box import LittleRoom, absent_row, box_row, silent_row
from dockwright.status.read import BoxRead, Certificate, Packages, RecordedRun

DAY = 86400.0
NOW = 1_800_000_000.0
SERVER = Certificate("/etc/dockwright/registry/tls.crt", "server", NOW - 100 * DAY, NOW + 725 * DAY)
WELL = BoxRead(
    now=NOW,
    engine="ready",
    version="20.10.24",
    room=(FileSystem("/", "ext4", 100 * GIB, 50 * GIB, 1000, 900),),
    certificates=(SERVER,),
    packages=Packages(("vim",), (), 0.5),
    last_run=RecordedRun("2026-11-30T07:00:00Z", "jane@desk (process 1)", "ok"),
)


def test_a_box_that_is_well_has_its_figures_and_no_finding() -> None:
    row = box_row("app1", WELL, LittleRoom())
    assert (row.severity, row.remarks, row.engine) == ("well", (), "20.10.24")
    assert (row.certificate_days, row.authority_days, row.drift) == (725.0, None, None)
    assert (row.updates, row.security, row.reboot) == (1, 0, "")
    assert row.last_run is not None
    assert row.last_run.result == "ok"


@pytest.mark.parametrize(
    ("change", "severity", "text"),
    [
        ({"engine": "stopped"}, "wrong", "its engine does not run"),
        ({"engine": "none"}, "wrong", "there is no engine on it"),
        ({"unread": ("its updates",)}, "silent", "could not tell its updates"),
        (
            {"room": (FileSystem("/", "ext4", 10 * GIB, GIB // 2, 0, 0),)},
            "due",
            "little room on / (ext4): 512 MiB of 10 GiB left",
        ),
        ({"room": (FileSystem("/", "ext4", 10 * GIB, 0, 0, 0),)}, "wrong", "no room on /"),
        (
            {"room": (FileSystem("/", "ext4", 10 * GIB, 9 * GIB, 1000, 20),)},
            "due",
            "little room on / (ext4): 20 of 1000 inodes",
        ),
        (
            {"certificates": (replace(SERVER, ends=NOW + 5 * DAY),)},
            "due",
            "the registry's certificate (/etc/dockwright/registry/tls.crt) ends in 5.0 days, on ",
        ),
        ({"certificates": (replace(SERVER, ends=NOW - 1),)}, "wrong", "ended on 2027-01-15"),
        ({"certificates": (replace(SERVER, ends=None),)}, "wrong", "can't be read"),
        (
            {"packages": Packages(("a", "b", "c", "d", "e"), ("a", "b", "c", "d"))},
            "due",
            "4 updates of security (a, b, c, and 1 more): `dockwright apply deploy/updates.py`",
        ),
        ({"packages": Packages(half=("vim",))}, "wrong", "an upgrade was interrupted: vim;"),
        ({"packages": Packages(reboot="a kernel")}, "due", "needs a reboot: a kernel"),
        (
            {
                "last_run": RecordedRun(
                    "2026-11-30T07:00:00Z", "jane", "failed", failed=("Leaves | x",)
                )
            },
            "due",
            "the last run, of 2026-11-30T07:00:00Z by jane: failed (Leaves | x)",
        ),
    ],
)
def test_what_is_not_well_of_a_box_is_named(
    change: dict[str, object], severity: str, text: str
) -> None:
    row = box_row("app1", replace(WELL, **change), LittleRoom())  # type: ignore[arg-type]
    [remark] = row.remarks
    assert (row.severity, remark.severity) == (severity, severity)
    assert text in remark.text


def test_little_room_is_what_the_site_calls_so() -> None:
    few = replace(WELL, room=(FileSystem("/", "ext4", 10 * GIB, GIB // 2, 0, 0),))
    assert box_row("app1", few, LittleRoom(percent=4)).remarks == ()
    assert box_row("app1", few, LittleRoom(gib=0.1)).remarks == ()


def test_a_short_certificate_is_near_its_end_with_a_third_of_its_time_left() -> None:
    short = replace(SERVER, begins=NOW - 5 * DAY, ends=NOW + 4 * DAY)
    assert box_row("app1", replace(WELL, certificates=(short,)), LittleRoom()).remarks == ()
    shorter = replace(short, ends=NOW + 2 * DAY)
    assert box_row("app1", replace(WELL, certificates=(shorter,)), LittleRoom()).severity == "due"


def test_of_several_authorities_the_one_that_ends_first_is_told() -> None:
    far, near = (Certificate("/x", "trusted", NOW, NOW + days * DAY) for days in (900, 300))
    own = Certificate("/y", "authority", NOW, NOW + 600 * DAY)
    row = box_row("app1", replace(WELL, certificates=(near, own, far)), LittleRoom())
    assert row.authority_days == 300.0


def test_drift_is_to_be_done_and_none_is_well() -> None:
    assert box_row("app1", WELL, LittleRoom(), 0).severity == "well"
    [remark] = box_row("app1", WELL, LittleRoom(), 2).remarks
    assert remark.text == "2 operations would change something: see `dockwright plan`"


def test_a_box_that_does_not_answer_says_why_once() -> None:
    row = silent_row("app1", "box app1: no route to it")
    assert [one.text for one in row.remarks] == ["no route to it"]
    assert absent_row("app2", "left out by --skip").severity == "absent"
