"""What is done to boot jobs, for each way in which a box can differ."""

from dataclasses import replace

import pytest

from dockwright.boot.group import group
from dockwright.facts.boot import Boot, BootJobs, Container, Installed
from dockwright.inits.init import INITS
from dockwright.switching.difference import Difference, differences

KIND = INITS["systemd"]
IMAGE = "sha256:1"
GROUP = group("app", "web: docker run -p 80:80 app", "Procfile")
TARGET, SERVICE = "dockwright-app.target", "dockwright-app.web.1.service"


def there() -> Boot:
    """A box that has all of it."""
    return Boot(
        init="systemd",
        files={file.path: Installed("644:root:root", file.text) for file in KIND.files(GROUP)},
        active={TARGET: "active", SERVICE: "active"},
        enabled={TARGET: "enabled", SERVICE: "enabled"},
        containers={"app.web.1": Container(IMAGE, True)},
    )


def compare(box: Boot) -> Difference:
    return differences(
        KIND.files(GROUP),
        {job.name: KIND.unit(job.name) for job in GROUP.jobs},
        IMAGE,
        box,
        KIND,
        [path for path in box.files if KIND.owned("app", path)],
    )


def test_nothing_is_done_where_all_is_as_declared() -> None:
    assert compare(there()) == Difference()


def test_everything_is_written_and_started_on_a_bare_box() -> None:
    found = compare(Boot(init="systemd"))
    assert {file.unit for file in found.write} == {TARGET, SERVICE}
    assert set(found.start) == set(found.enable) == {TARGET, SERVICE}
    assert found.restart == ()


def test_an_edited_unit_is_written_again_and_its_container_restarted() -> None:
    box = there()
    path = f"{KIND.folder}/{SERVICE}"
    box.files[path] = Installed("644:root:root", "edited")
    found = compare(box)
    assert [file.path for file in found.write] == [path]
    assert found.restart == (SERVICE,)
    assert found.reasons[0] == f"{path} differs"


def test_a_wrong_mode_is_seen() -> None:
    box = there()
    path = f"{KIND.folder}/{TARGET}"
    box.files[path] = replace(box.files[path], access="666:root:root")
    assert compare(box).reasons == (f"{path} has 666:root:root",)


@pytest.mark.parametrize("state", ["disabled", "masked"])
def test_a_disabled_or_masked_job_is_enabled_and_nothing_restarted(state: str) -> None:
    box = there()
    box.enabled[TARGET] = state
    found = compare(box)
    assert found.enable == (TARGET,)
    assert (found.restart, found.start) == ((), ())
    assert found.reasons == (f"{TARGET} is {state}",)


def test_a_stopped_job_is_started() -> None:
    box = there()
    box.active[SERVICE] = "inactive"
    box.containers.clear()
    found = compare(box)
    assert (found.start, found.restart) == ((SERVICE,), ())


@pytest.mark.parametrize(
    ("containers", "why"),
    [
        ({}, "container app.web.1 is not there"),
        ({"app.web.1": Container("sha256:2", True)}, "is of sha256:2, not of sha256:1"),
        ({"app.web.1": Container(IMAGE, False)}, "container app.web.1 does not run"),
        ({"app.web.1": Container(IMAGE, True, 0, "unhealthy")}, "app.web.1 is unhealthy"),
    ],
)
def test_a_container_that_is_not_the_declared_one_is_replaced(
    containers: dict[str, Container], why: str
) -> None:
    box = replace(there(), containers=containers)
    found = compare(box)
    assert found.restart == (SERVICE,)
    assert why in found.reasons[0]


def test_a_process_no_longer_declared_goes_and_another_leaf_stays() -> None:
    box = there()
    old, other = "dockwright-app.old.1.service", "dockwright-app-worker.web.1.service"
    for unit in (old, other):
        box.files[f"{KIND.folder}/{unit}"] = Installed("644:root:root", "")
        box.active[unit] = "active"
    found = compare(box)
    assert found.remove == (f"{KIND.folder}/{old}",)
    assert found.forget == (old,)


def test_a_changed_environment_restarts_its_container() -> None:
    with_env = group("app", "web: docker run app", "Procfile", env={"K": "1"})
    files = KIND.files(with_env)
    box = replace(
        there(),
        files={f.path: Installed(f"{f.mode:o}:root:root", f.text) for f in files},
    )
    box.files["/etc/dockwright/env/app.web.1.env"] = Installed("600:root:root", "another digest")
    jobs = {job.name: KIND.unit(job.name) for job in with_env.jobs}
    found = differences(files, jobs, IMAGE, box, KIND, [])
    assert found.restart == (SERVICE,)
    assert [file.path for file in found.write] == ["/etc/dockwright/env/app.web.1.env"]


SEVERAL = group(
    "app",
    "release: docker run app migrate\nweb: docker run -p 80:80 app\n"
    "clean: @daily docker run app clean\n",
    "Procfile",
)
UNITS = [file.unit or "" for file in KIND.files(SEVERAL)]
RELEASE, CLEAN, TIMES = (
    f"dockwright-app.{name}" for name in ("release.1.service", "clean.1.service", "clean.1.timer")
)


def with_several() -> Boot:
    return Boot(
        init="systemd",
        files={f.path: Installed("644:root:root", f.text) for f in KIND.files(SEVERAL)},
        active={u: "inactive" if u in (RELEASE, CLEAN) else "active" for u in UNITS},
        enabled={u: "static" if u in (RELEASE, CLEAN) else "enabled" for u in UNITS},
        containers={"app.web.1": Container(IMAGE, True)},
    )


def compare_several(box: Boot) -> Difference:
    jobs = {job.name: KIND.unit(job.name) for job in SEVERAL.living}
    owned = [path for path in box.files if KIND.owned("app", path)]
    return differences(KIND.files(SEVERAL), jobs, IMAGE, box, KIND, owned)


def test_what_runs_to_its_end_is_as_declared_where_it_does_not_run() -> None:
    assert compare_several(with_several()) == Difference()


def test_a_release_and_a_task_are_written_and_not_started() -> None:
    found = compare_several(Boot(init="systemd"))
    assert {file.unit for file in found.write} == set(UNITS)
    assert set(found.start) == set(found.enable) == {TARGET, SERVICE, TIMES}


@pytest.mark.parametrize("state", ["failed", "activating", "inactive"])
def test_how_a_task_ended_last_is_no_difference(state: str) -> None:
    box = with_several()
    box.active[CLEAN] = state
    assert compare_several(box) == Difference()


def test_a_timer_that_was_stopped_disabled_or_edited_is_put_right() -> None:
    box = with_several()
    box.active[TIMES] = "inactive"
    box.enabled[TIMES] = "disabled"
    found = compare_several(box)
    assert (found.start, found.enable, found.restart) == ((TIMES,), (TIMES,), ())
    box = with_several()
    box.files[f"{KIND.folder}/{TIMES}"] = Installed("644:root:root", "edited")
    found = compare_several(box)
    assert (found.restart, found.start) == ((TIMES,), ())
    assert f"{TIMES} is to take its new times" in found.reasons


def test_a_drop_in_of_a_task_is_taken_away_and_nothing_started() -> None:
    box = with_several()
    path = f"{KIND.folder}/{CLEAN}.d/override.conf"
    box.overrides[path] = CLEAN
    found = compare_several(box)
    assert (found.remove, found.restart, found.start) == ((path,), (), ())


@pytest.mark.parametrize("init", INITS)
def test_only_what_lives_is_started_when_files_are_put_back(init: str) -> None:
    kind = INITS[init]
    paths = [file.path for file in kind.files(SEVERAL)]
    assert all(kind.owned("app", path) for path in paths)
    assert not any(kind.owned(leaf, path) for path in paths for leaf in ("ap", "app-b", "release"))
    units = [unit for path in paths if (unit := kind.unit_of(path)) is not None]
    jobs, others = kind.kept_up("app", units)
    assert jobs == {"app.web.1": kind.unit("app.web.1")}
    group_unit = "dockwright-app"
    groups = {"systemd": [TIMES, f"{group_unit}.target"], "upstart": [group_unit]}
    assert others == groups.get(init, [])  # supervisord's jobs have no group
    ended = [job.name for job in SEVERAL.jobs if kind.runs_to_end("app", job.name, units)]
    assert ended == ["app.release.1", "app.clean.1"]


def test_the_fact_reads_what_its_script_prints() -> None:
    boot = BootJobs().read(
        [
            "init systemd",
            "file /etc/systemd/system/dockwright-app.target 644:root:root W1VuaXRdCg==",
            "file /etc/systemd/system/dockwright-m.target 777:root:root ",
            "unit Id dockwright-app.target",
            "unit ActiveState active",
            "unit UnitFileState enabled",
            "unit NeedDaemonReload yes",
            "unit-end",
            "unit Id dockwright-m.target",
            "unit ActiveState inactive",
            "unit UnitFileState masked",
            "unit NeedDaemonReload no",
            "unit-end",
            'container {"name":"/app.web.1","image":"sha256:1","running":true,'
            '"started":"2026-11-24T12:00:00.5Z","health":"healthy"}',
        ]
    )
    assert boot.init == "systemd"
    assert boot.files["/etc/systemd/system/dockwright-app.target"].content == "[Unit]\n"
    assert boot.files["/etc/systemd/system/dockwright-m.target"].content == ""
    assert boot.enabled["dockwright-m.target"] == "masked"
    assert boot.stale == {"dockwright-app.target"}
    assert boot.containers == {"app.web.1": Container("sha256:1", True, 1795521600.5, "healthy")}


@pytest.mark.parametrize(
    ("init", "state"),
    [
        ("systemd", "activating"),
        ("upstart", "start/post-stop"),
        ("upstart", "start/pre-start"),
        ("upstart", "start/killed"),
        ("upstart", "respawn/post-start"),
    ],
)
def test_a_job_that_starts_over_and_over_is_restarted(init: str, state: str) -> None:
    kind = INITS[init]
    unit = kind.unit("app.web.1")
    files = {file.path: Installed("644:root:root", file.text) for file in kind.files(GROUP)}
    up = {str(kind.unit_of(path)): "active" for path in files}
    containers = {"app.web.1": Container(IMAGE, True)}
    box = Boot(init, files, {**up, unit: state}, dict.fromkeys(up, "enabled"))
    box.containers = containers
    found = differences(kind.files(GROUP), {"app.web.1": unit}, IMAGE, box, kind, list(files))
    assert (found.restart, found.start) == ((unit,), ())
    assert found.reasons == (f"{unit} is {state}",)


def test_a_job_in_a_loop_is_restarted_and_told_though_it_is_active_just_now() -> None:
    box, said = there(), "restarted 13 times in the last minute"
    jobs = {job.name: KIND.unit(job.name) for job in GROUP.jobs}
    owned = [path for path in box.files if KIND.owned("app", path)]
    found = differences(KIND.files(GROUP), jobs, IMAGE, box, KIND, owned, looping={SERVICE: said})
    assert found == Difference(restart=(SERVICE,), reasons=(f"{SERVICE} {said}",))


def test_a_drop_in_of_one_unit_is_taken_away_and_its_container_restarted() -> None:
    box = there()
    path = f"{KIND.folder}/{SERVICE}.d/override.conf"
    box.overrides[path] = SERVICE
    box.overrides[f"{KIND.folder}/dockwright-.service.d/all.conf"] = "dockwright-.service"
    found = compare(box)
    assert (found.remove, found.restart) == ((path,), (SERVICE,))
    assert found.reasons[0] == f"{path} overrides what is declared"


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_file_is_replaced_whatever_it_holds(kind: str) -> None:
    box = there()
    path = f"{KIND.folder}/{SERVICE}"
    box.files[path] = replace(
        box.files[path], access=kind, content="" if kind == "folder" else box.files[path].content
    )
    found = compare(box)
    assert [file.path for file in found.write] == [path]
    assert found.reasons[0] == f"{path} is a {kind}"
