"""What is done about the bounds of a leaf, for each way in which a box can differ."""

from dataclasses import replace

import pytest

from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.boot.reach import Destination, Reach
from dockwright.facts.boot import Boot, Container, Installed
from dockwright.inits.init import INITS
from dockwright.inits.reach_file import path_of
from dockwright.operations.boot.changes import Wanted, changes
from dockwright.operations.boot.ports import InUse
from dockwright.operations.boot.steps import all_of, applied, in_turns, release_of
from dockwright.switching.difference import Difference, differences

KIND = INITS["systemd"]
IMAGE = "sha256:1"
PROCFILE = "release: docker run app m\nweb: docker run -p 80:80 app"
OPEN = group("app", PROCFILE, "Procfile")
GROUP = group("app", PROCFILE, "Procfile", reach=Reach())
OTHER = group("app", PROCFILE, "Procfile", reach=Reach((Destination("192.0.2.7"),)))
TARGET, SERVICE = "dockwright-app.target", "dockwright-app.web.1.service"
PATH = path_of("app")


def there(of: Group = GROUP) -> Boot:
    """A box that has all of it."""
    return Boot(
        init="systemd",
        files={file.path: Installed("644:root:root", file.text) for file in KIND.files(of)},
        active={TARGET: "active", SERVICE: "active"},
        enabled={TARGET: "enabled", SERVICE: "enabled"},
        containers={
            "app.web.1": Container(IMAGE, True, networks=(of.living[0].network or "bridge",))
        },
        reaches={PATH: ()} if of.reach else {},
    )


def compare(box: Boot, wanted: Group = GROUP) -> Difference:
    return differences(
        KIND.files(wanted),
        {job.name: KIND.unit(job.name) for job in wanted.living},
        IMAGE,
        box,
        KIND,
        [path for path in box.files if KIND.owned("app", path)],
        networks={job.name: job.network for job in wanted.living if job.network},
    )


def said(box: Boot, wanted: Group = GROUP) -> list[str]:
    """All that is done, in its order."""
    difference = compare(box, wanted)
    release = release_of(KIND, wanted, difference, 60)
    plan = in_turns(KIND, wanted, difference, InUse((), frozenset()), (), release)
    turns = [" ".join(line) for turn in plan.turns for line in turn.lines(KIND)]
    return [*map(str, plan.first), *turns, *map(str, plan.last)]


def test_nothing_is_done_where_all_is_as_declared() -> None:
    assert compare(there()) == Difference()
    assert compare(there(OPEN), OPEN) == Difference()


@pytest.mark.parametrize("wrong", ["rules", "jumps", "ipv6"])
def test_what_is_not_loaded_is_loaded_and_nothing_restarts(wrong: str) -> None:
    box = replace(there(), reaches={PATH: (wrong,)})
    difference = compare(box)
    assert (difference.load, difference.write, difference.restart) == ((PATH,), (), ())
    assert len(difference.reasons) == 1
    assert [line for line in said(box) if "reach" in line][-1] == f"sh {PATH}"
    # it is no other version of the leaf, so nothing runs before the switch
    assert release_of(KIND, GROUP, difference, 60) is None


def test_other_bounds_are_written_and_loaded_and_nothing_restarts() -> None:
    difference = compare(there(), OTHER)
    assert [file.path for file in difference.write] == [PATH]
    assert (difference.load, difference.restart) == ((PATH,), ())
    assert release_of(KIND, OTHER, difference, 60) is None


def test_a_network_that_is_gone_takes_its_containers_along() -> None:
    box = replace(there(), reaches={PATH: ("network",)})
    assert compare(box).restart == (SERVICE,)
    # before the container starts in it
    lines = said(box)
    assert lines.index(f"sh {PATH}") < lines.index(f"systemctl restart {SERVICE}")


@pytest.mark.parametrize("networks", [(), ("bridge",), ("bridge", "dockwright-app")])
def test_a_container_in_another_network_restarts(networks: tuple[str, ...]) -> None:
    box = there()
    box.containers["app.web.1"] = Container(IMAGE, True, networks=networks)
    difference = compare(box)
    assert difference.restart == (SERVICE,)
    assert difference.reasons[0].startswith("container app.web.1 is in network ")


def test_the_first_bounds_are_loaded_before_what_runs_first() -> None:
    difference = compare(there(OPEN), GROUP)
    release = release_of(KIND, GROUP, difference, 60)
    assert release is not None
    steps = [str(step) for step in release.steps]
    assert f"sh {PATH}" in steps
    assert any(step.startswith("Write") and PATH in step for step in steps)
    lines = said(there(OPEN), GROUP)
    assert not any(PATH in line for line in lines)


def test_bounds_that_go_are_taken_away_when_no_container_has_them() -> None:
    lines = said(there(), OPEN)
    assert lines[-1] == "Script(app: its network and rules go)"
    assert lines.index(f"systemctl restart {SERVICE}") < len(lines) - 1
    assert not any(line.startswith("rm") and PATH in line for line in lines)


def test_a_leaf_that_goes_takes_them_along() -> None:
    box = there()
    owned = [path for path in box.files if KIND.owned("app", path)]
    assert PATH in owned
    lines = [str(step) for step in applied(KIND, all_of(owned, box, KIND))]
    assert lines[-1] == "Script(app: its network and rules go)"
    assert any("disable" in line for line in lines[:-1])


@pytest.mark.parametrize(
    ("box", "wanted", "line"),
    [
        (Boot(init="systemd"), GROUP, "+ app reach  its own network, bounded"),
        (there(OPEN), GROUP, "+ app reach  its own network, bounded"),
        (there(), OTHER, "~ app reach  other bounds"),
        (there(), OPEN, "- app reach  nothing bounds it any more"),
        (
            replace(there(), reaches={PATH: ("rules", "jumps")}),
            GROUP,
            "~ app reach  jumps put right  rules put right",
        ),
    ],
)
def test_a_plan_says_what_becomes_of_them(box: Boot, wanted: Group, line: str) -> None:
    comparison = Wanted(wanted, IMAGE, {}, {}, {})
    assert line in [one.line for one in changes(comparison, compare(box, wanted), box, KIND)]


def test_a_plan_says_nothing_of_bounds_that_stay() -> None:
    box = there()
    box.containers.clear()
    lines = changes(Wanted(GROUP, IMAGE, {}, {}, {}), compare(box), box, KIND)
    assert not any("reach" in one.line for one in lines)
