"""Whether a leaf may begin on a box: by what each box has of its data."""

from dockwright.boot.placing import Elsewhere, Lies, Placing, placing
from dockwright.facts.boot import Boot, Container, Installed
from dockwright.inits.init import INITS
from dockwright.operations.boot.changes import gone

DB, BOTH = ["dbdata"], ["dbdata", "/srv/db"]
SITE = Elsewhere(("app1", "app2", "hub"))


def _lies(*sources: str) -> Lies:
    return Lies(sources)


def test_on_the_first_day_it_begins_on_every_box() -> None:
    has = {"app1": Lies(), "app2": Lies(), "hub": Lies()}
    for box in has:
        assert placing(box, DB, has, SITE) == Placing({}, (), {})


def test_all_boxes_that_have_its_data_are_named() -> None:
    has = {"app1": _lies("dbdata"), "app2": Lies(), "hub": _lies("dbdata")}
    assert placing("app2", DB, has, SITE).elsewhere == {"app1": ("dbdata",), "hub": ("dbdata",)}


def test_where_its_data_was_brought_it_begins_and_the_other_one_is_told() -> None:
    has = {"app1": _lies("dbdata"), "app2": _lies("dbdata"), "hub": Lies()}
    assert placing("app2", DB, has, SITE) == Placing({}, (), {"app1": ("dbdata",)})


def test_half_of_its_data_is_not_enough() -> None:
    has = {"app1": _lies(*BOTH), "app2": _lies("/srv/db"), "hub": Lies()}
    assert placing("app2", BOTH, has, SITE).elsewhere == {"app1": ("dbdata",)}


def test_a_box_that_does_not_answer_may_have_it() -> None:
    has = {"app1": None, "app2": Lies(), "hub": Lies()}
    assert placing("app2", DB, has, SITE).silent == ("app1",)


def test_a_box_that_never_had_it_need_not_answer() -> None:
    has = {"app1": None, "app2": Lies(), "hub": Lies()}
    site = Elsewhere(SITE.boxes, never=frozenset({"app1"}))
    assert placing("app2", DB, has, site) == Placing({}, (), {})


def test_what_was_brought_is_enough_though_a_box_does_not_answer() -> None:
    has = {"app1": None, "app2": _lies("dbdata"), "hub": Lies()}
    assert placing("app2", DB, has, SITE) == Placing({}, (), {})


def test_volumes_of_an_engine_that_does_not_run_are_not_known() -> None:
    stopped = Lies(unknown=tuple(DB))
    has = {"app1": stopped, "app2": Lies(), "hub": Lies()}
    assert placing("app2", DB, has, SITE).silent == ("app1",)
    # nor is this box taken for one that has none
    assert placing("app1", DB, has, SITE).silent == ("app1",)


def test_a_box_that_was_of_the_site_has_what_it_had() -> None:
    site = Elsewhere(("app1",), former={"old": frozenset(DB)})
    assert placing("app1", DB, {"app1": Lies()}, site).elsewhere == {"old": ("dbdata",)}


def test_a_job_that_goes_names_what_stays_behind() -> None:
    container = Container(
        "sha256:1", True, volumes=("dbdata",), data=("/run/x", "/srv/db", "dbdata")
    )
    path = "/etc/systemd/system/dockwright-db.db.1.service"
    [change] = gone([path], INITS["systemd"], Boot(containers={"db.db.1": container}))
    assert change.line == "- db.db.1  volume dbdata stays here  folder /srv/db stays here"


def test_one_that_was_stopped_for_it_does_too() -> None:
    path = "/etc/systemd/system/dockwright-db.db.1.service"
    line = (
        "ExecStart=/usr/bin/docker run --rm --volume dbdata:/data --volume /etc/db:/etc/db:ro db\n"
    )
    [change] = gone([path], INITS["systemd"], Boot(files={path: Installed("644:root:root", line)}))
    assert change.line == "- db.db.1  volume dbdata stays here"
