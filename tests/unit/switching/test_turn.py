"""The order of a switch: one job after the other, but where one has a port that another needs."""

from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.group import group
from dockwright.boot.job import Job
from dockwright.boot.taken import Held
from dockwright.inits.init import INITS
from dockwright.switching.difference import Difference
from dockwright.switching.turn import Turn, holders, parted, turns

EVERY = "0.0.0.0"  # noqa: S104 - what is bound is only compared


def web(count: int, first: int = 80, procfile: str = "") -> tuple[Job, ...]:
    text = f"{procfile}web: docker run -p {first}:80 app"
    return group("app", text, "Procfile", scale={"web": count}).jobs


def has(**ports: int) -> list[Held]:
    return [Held(EVERY, port, container=f"app.{job[:-1]}.{job[-1]}") for job, port in ports.items()]


def names(*numbers: int) -> list[str]:
    return [f"app.web.{number}" for number in numbers]


def test_instances_are_restarted_one_after_the_other() -> None:
    assert turns(web(3), names(1, 2, 3), [], has(web1=80, web2=81, web3=82)) == (
        Turn(restart=("app.web.1",)),
        Turn(restart=("app.web.2",)),
        Turn(restart=("app.web.3",)),
    )


def test_those_that_do_not_run_are_started_together_and_before_one_is_touched() -> None:
    assert turns(web(4), names(1, 3), names(2, 4), has(web1=80, web3=82)) == (
        Turn(start=("app.web.2", "app.web.4")),
        Turn(restart=("app.web.1",)),
        Turn(restart=("app.web.3",)),
    )


def test_jobs_that_hand_a_port_on_are_switched_together() -> None:
    found = turns(web(3, first=81), names(1, 2), names(3), has(web1=80, web2=81))
    assert found == (
        Turn(start=("app.web.3",)),
        Turn(restart=("app.web.1", "app.web.2")),
    )


def test_a_job_that_hands_its_port_to_a_new_one_is_stopped_before_that_starts() -> None:
    [turn] = turns(web(2, first=81), names(1), names(2), has(web1=82))
    assert turn == Turn(restart=("app.web.1",), start=("app.web.2",))
    assert turn.lines(INITS["systemd"]) == (
        ("systemctl", "stop", "dockwright-app.web.1.service"),
        ("systemctl", "start", "dockwright-app.web.1.service", "dockwright-app.web.2.service"),
    )
    assert [
        (line[1] if len(line) == 4 else line[-2], line[-1]) for line in turn.lines(INITS["upstart"])
    ] == [
        ("stop", "dockwright-app.web.1"),
        ("start", "dockwright-app.web.1"),
        ("start", "dockwright-app.web.2"),
    ]


def test_a_job_of_a_leaf_that_goes_is_stopped_in_the_turn_that_needs_its_port() -> None:
    held = [Held(EVERY, 81, container="old.web.1")]
    found = turns(web(2), [], names(1, 2), held, leaving=["old.web.1"])
    assert found == (
        Turn(start=("app.web.1",)),
        Turn(start=("app.web.2",), stop=("old.web.1",)),
    )


def test_a_range_for_the_engine_to_choose_from_ties_no_instances_together() -> None:
    text = "web: docker run -p 8000-8010:80 app"
    jobs = group("app", text, "Procfile", scale={"web": 2}).jobs
    assert len(turns(jobs, names(1, 2), [], has(web1=8000, web2=8001))) == 2


@given(
    st.integers(1, 6),
    st.lists(st.sampled_from(["restart", "start", "stays"]), min_size=6, max_size=6),
    st.lists(st.integers(80, 86), min_size=6, max_size=6, unique=True),
)
def test_every_job_has_one_turn_and_no_port_is_wanted_before_it_is_free(
    count: int, what: list[str], ports: list[int]
) -> None:
    jobs = web(count)
    by_what = {
        kind: [job.name for job, its in zip(jobs, what, strict=False) if its == kind]
        for kind in ("restart", "start", "stays")
    }
    now = {
        job.name: port
        for job, port in zip(jobs, ports, strict=False)
        if job.name in by_what["restart"]
    }
    held = [Held(EVERY, port, container=name) for name, port in now.items()]
    found = turns(jobs, by_what["restart"], by_what["start"], held)
    assert sorted(name for turn in found for name in turn.jobs) == sorted(
        by_what["restart"] + by_what["start"]
    )
    wanted = {job.name: 80 + job.number - 1 for job in jobs}
    for turn in found:
        for name in turn.jobs:
            now.pop(name, None)
        for name in turn.jobs:
            assert wanted[name] not in now.values()
            now[name] = wanted[name]


def test_an_instance_too_many_goes_last_and_a_process_that_is_gone_first() -> None:
    unit, folder = "dockwright-app.{}.service", "/etc/systemd/system/"
    gone = [unit.format(job) for job in ("web.2", "db.1")]
    found = Difference(
        remove=(*(folder + one for one in gone), "/etc/dockwright/env/app.web.2.env"),
        forget=tuple(gone),
        restart=(unit.format("web.1"), "dockwright-app.target"),
    )
    jobs = {unit.format(job): f"app.{job}" for job in ("web.1", "web.2", "db.1")}
    first, last = parted(INITS["systemd"], found, jobs, ["app.web"], [])
    assert (first.forget, first.remove) == ((gone[1],), (folder + gone[1],))
    assert last.forget == (gone[0],)
    assert last.remove == (folder + gone[0], "/etc/dockwright/env/app.web.2.env")
    assert (first.restart, last.restart) == ((), ("dockwright-app.target",))
    first, last = parted(INITS["systemd"], found, jobs, ["app.web"], ["app.web.2"])
    assert (first.forget, last.forget) == (tuple(gone), ())


def test_whoever_has_a_port_that_is_needed_is_told_but_for_a_job_itself() -> None:
    assert holders(web(2), has(web1=80, web2=99, old1=81)) == {"app.old.1"}
    assert holders(web(1), [Held(None, 80, container="app"), Held(None, 80, pid=1)]) == set()
