"""What of the leaves of a box is not well."""

from dataclasses import replace

import pytest

from dockwright.status.judged.leaf import Expected, leaf_rows
from dockwright.status.read import BoxRead, Instance

NOW = 1_800_000_000.0
BOX = BoxRead(now=NOW)
WEB = Instance(
    "zenweb.web.1",
    "active",
    True,
    "reg:5000/zenweb@sha256:0a",
    "healthy",
    NOW - 7200,
    memory=10,
    limit=100,
    addresses=("192.0.2.1:80",),
)


def test_an_instance_that_is_well_has_its_figures() -> None:
    expected = Expected(["zenweb.web.1"], {"zenweb": "latest"}, {"zenweb": "sha256:0a"})
    [row] = leaf_rows("app1", replace(BOX, instances=(WEB,)), expected)
    assert (row.severity, row.remarks, row.current) == ("well", (), True)
    assert (row.since, row.seconds) == ("2027-01-15T06:00:00Z", 7200.0)
    assert (row.memory, row.memory_limit, row.version) == (10, 100, "latest")


@pytest.mark.parametrize(
    ("change", "severity", "text"),
    [
        (
            {"running": False, "state": "failed", "health": None, "started": 0.0},
            "wrong",
            "is not up (failed, no container of it runs): see `dockwright logs zenweb --box app1`",
        ),
        ({"running": False}, "wrong", "is not up (active, no container of it runs)"),
        ({"state": "inactive"}, "wrong", "is not up (inactive, its container runs)"),
        ({"health": "unhealthy"}, "wrong", "is unhealthy"),
        ({"health": "starting"}, "due", "is starting"),
        ({"image": "reg:5000/zenweb@sha256:0b"}, "due", "runs another image than the registry"),
        ({"memory": 95}, "due", "has 95 percent of its limit of memory"),
        (
            {"restarts": (NOW - 3000, NOW - 2000, NOW - 1990)},
            "due",
            "was restarted 3 times in the last hour",
        ),
        (
            {"restarts": (NOW - 30, NOW - 20, NOW - 10)},
            "wrong",
            "is started again and again (restarted 3 times in the last minute)",
        ),
    ],
)
def test_what_is_not_well_of_an_instance_is_named(
    change: dict[str, object], severity: str, text: str
) -> None:
    read = replace(BOX, instances=(replace(WEB, **change),))  # type: ignore[arg-type]
    [row] = leaf_rows("app1", read, Expected(digests={"zenweb": "sha256:0a"}))
    [remark] = row.remarks
    assert (row.severity, remark.severity) == (severity, severity)
    assert text in remark.text


@pytest.mark.parametrize(
    "change",
    [
        {"restarts": (NOW - 3000, NOW - 2000)},  # a hand may have ended it
        {"health": None},
        {"memory": None},
        {"limit": 0, "memory": 1 << 40},
        {"image": "sha256:0b"},  # built on its own box: no registry has it
    ],
)
def test_what_is_no_trouble_of_an_instance_is_not_told(change: dict[str, object]) -> None:
    read = replace(BOX, instances=(replace(WEB, **change),))  # type: ignore[arg-type]
    [row] = leaf_rows("app1", read, Expected(digests={"zenweb": "sha256:0a"}))
    assert row.remarks == ()


def test_whether_it_is_current_nobody_knows_where_the_registry_says_nothing() -> None:
    [row] = leaf_rows("app1", replace(BOX, instances=(WEB,)), Expected())
    assert row.current is None


def test_what_is_declared_and_not_there_is_wrong_and_comes_first() -> None:
    expected = Expected(["zenweb.web.1", "zenweb.web.2"], {"zenweb": "1.2"})
    rows = leaf_rows("app1", replace(BOX, instances=(WEB,)), expected)
    assert [(row.job, row.severity) for row in rows] == [
        ("zenweb.web.2", "wrong"), ("zenweb.web.1", "well"),
    ]  # fmt: skip
    assert rows[0].version == "1.2"
