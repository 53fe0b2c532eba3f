"""A leaf's whole way from what a box has to what is declared, as an init is told it."""

import pytest

from dockwright.boot.group import group
from dockwright.boot.taken import Held
from dockwright.commands.write import Write
from dockwright.inits.init import INITS
from dockwright.operations.boot.ports import InUse
from dockwright.operations.boot.steps import applied, in_turns, release_of
from dockwright.switching.difference import Difference
from dockwright.switching.switch import Goal, Patience, Switch

TWO = group("app", "web: docker run -p 80:80 app", "Procfile", scale={"web": 2})


def steps(name: str, found: Difference, *held: Held, leaving: str = "") -> list[str]:
    kind = INITS[name]
    used = InUse(held, frozenset([leaving] if leaving else []))
    plan = in_turns(kind, TWO, found, used, ())
    goal = Goal("app", "sha256:1", ("app.web.1", "app.web.2"), (), Patience())
    switch = Switch(kind, goal, plan, 1, kept=True, works=True)
    return [str(step).removeprefix(f"{kind.program} ") for step in switch.steps]


def units(name: str, *jobs: str) -> tuple[str, ...]:
    return tuple(INITS[name].unit(f"app.{job}") for job in jobs)


def stop(unit: str) -> str:
    """What may fail, as a job that does not run can't be stopped."""
    return f"sh -c '\"$@\" || :' sh initctl stop {unit}"


def test_two_instances_are_restarted_one_after_the_other_under_systemd() -> None:
    found = Difference(reload=True, restart=units("systemd", "web.1", "web.2"))
    assert steps("systemd", found) == [
        "daemon-reload",
        "restart dockwright-app.web.1.service",
        "restart dockwright-app.web.2.service",
    ]


def test_two_instances_are_restarted_one_after_the_other_under_upstart() -> None:
    found = Difference(reload=True, restart=units("upstart", "web.1", "web.2"))
    assert steps("upstart", found) == [
        "reload-configuration",
        stop("dockwright-app.web.1"),
        "start --no-wait dockwright-app.web.1",
        stop("dockwright-app.web.2"),
        "start --no-wait dockwright-app.web.2",
    ]


@pytest.mark.parametrize("name", INITS)
def test_an_instance_too_many_goes_when_the_others_are_up(name: str) -> None:
    path = f"{INITS[name].folder}/{units(name, 'web.3')[0]}{INITS[name].suffix}"
    found = Difference(
        restart=units(name, "web.1"), forget=units(name, "web.3"), remove=(path,), reload=True
    )
    said = steps(name, found)
    restarted = max(number for number, line in enumerate(said) if "web.1" in line)
    gone = [number for number, line in enumerate(said) if "web.3" in line]
    assert len(gone) == 2
    assert min(gone) > restarted
    # but not where its port is needed
    said = steps(name, found, Held(None, 80, container="app.web.3"))
    assert max(number for number, line in enumerate(said) if "web.3" in line) < min(
        number for number, line in enumerate(said) if "web.1" in line
    )


@pytest.mark.parametrize("name", ["systemd", "upstart"])  # supervisord's have no group
def test_what_groups_the_jobs_is_started_behind_them(name: str) -> None:
    master = {"systemd": "dockwright-app.target", "upstart": "dockwright-app"}[name]
    start = {"systemd": "start", "upstart": "start --no-wait"}[name]
    found = Difference(start=(*units(name, "web.1", "web.2"), master))
    assert steps(name, found)[-1] == f"{start} {master}"


def test_a_leaf_that_goes_is_stopped_for_its_port_alone() -> None:
    held = Held(None, 81, container="old.web.1")
    found = Difference(start=units("systemd", "web.1", "web.2"))
    assert steps("systemd", found, held, leaving="old.web.1") == [
        "start dockwright-app.web.1.service",
        "stop dockwright-old.web.1.service",
        "start dockwright-app.web.2.service",
    ]


WITH_RELEASE = group(
    "app",
    "release: docker run app migrate\nweb: docker run -p 80:80 app\n",
    "Procfile",
    env={"A": "1"},
)


@pytest.mark.parametrize("name", INITS)
def test_a_release_is_written_before_all_else_and_runs_where_files_change(name: str) -> None:
    kind = INITS[name]
    files = kind.files(WITH_RELEASE)
    found = Difference(write=files, start=units(name, "web.1"))
    release = release_of(kind, WITH_RELEASE, found, 30)
    assert release is not None
    assert release.line == ("runs release: before the switch, app.release.1, for 30 s at the most")
    its = [step.path for step in release.steps if isinstance(step, Write)]
    assert set(its) == set(release.paths) == set(kind.paths_of("app.release.1"))
    plan = in_turns(kind, WITH_RELEASE, found, InUse((), frozenset()), (), release)
    others = [step.path for step in plan.first if isinstance(step, Write)]
    assert sorted([*its, *others]) == sorted(file.path for file in files)
    assert [turn.jobs for turn in plan.turns] == [("app.web.1",)]


@pytest.mark.parametrize(
    "found", [Difference(), Difference(start=("x",), reload=True), Difference(enable=("x",))]
)
def test_a_release_does_not_run_where_only_the_state_of_jobs_differs(found: Difference) -> None:
    assert release_of(INITS["systemd"], WITH_RELEASE, found, 30) is None
    assert release_of(INITS["systemd"], TWO, Difference(remove=("x",)), 30) is None


def test_a_folder_goes_with_its_last_drop_in_and_no_other_one_that_is_called_alike() -> None:
    for name, path, goes in (
        ("systemd", "/etc/systemd/system/dockwright-app.web.1.service.d/a.conf", True),
        ("upstart", "/etc/cron.d/dockwright-app", False),
    ):
        said = [str(step) for step in applied(INITS[name], Difference(remove=(path,)))]
        assert said[0] == f"rm -f {path}"
        assert any("rmdir" in line for line in said) is goes


def test_what_units_of_supervisord_run_is_there_before_what_runs_before_a_switch() -> None:
    kind = INITS["supervisord"]
    text = "release: docker run app a\nweb: docker run app\n"
    wanted = group("app", text, "Procfile")
    found = Difference(write=(*kind.shared(), *kind.files(wanted)))
    release = release_of(kind, wanted, found, 60)
    assert release is not None
    paths = [step.path for step in release.steps if isinstance(step, Write)]
    assert paths == [
        "/etc/supervisor/dockwright.sh",
        "/etc/supervisor/conf.d/dockwright-app.release.1.conf",
    ]
    plan = in_turns(kind, wanted, found, InUse((), frozenset()), (), release)
    assert [step.path for step in plan.first if isinstance(step, Write)] == [
        "/etc/supervisor/conf.d/dockwright-app.web.1.conf"
    ]
