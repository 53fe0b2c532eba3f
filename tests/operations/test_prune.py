"""Former builds that are known to go before the run has made them, and those that stay."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from recorded import box

from dockwright.box.change import Change
from dockwright.commands.declare import Fail
from dockwright.commands.expected import ENGINE, expect
from dockwright.operations.boot.ports import end_of, switch_of
from dockwright.operations.image import prune

RECIPE = "r-0123456789ab"


def identity(number: int) -> str:
    return f"sha256:{number:064x}"


def image(number: int, *tags: str, name: str = "web") -> str:
    """The line of a build of ``name``, the higher the newer."""
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    labels = {"dockwright.recipe": str(number), "dockwright.image": name}
    return json.dumps(
        {
            "Id": identity(number),
            "RepoTags": tags,
            "Created": moment.isoformat().replace("+00:00", "Z"),
            "Config": {"Labels": labels},
            "RootFS": {"Layers": [f"sha256:{number}"]},
        }
    )


# three builds of web: the oldest is the last version that the leaf may go back to
WEB = (image(1, f"web:{RECIPE}"), image(2, f"web:{RECIPE}"), image(3, "web:latest"))
FORMER = f"former web {identity(2)}\nformer web.3 {identity(1)}"


def planned(
    *things: str,
    names: Sequence[str] = (),
    former: str = FORMER,
    images: Sequence[str] = WEB,
    dockerd: str = "/usr/bin/dockerd",
) -> list[str]:
    """What a plan says of former builds, after operations that noted ``things``."""
    changes: list[Change] = []
    facts = {
        "boot.BootJobs": f"init systemd\n{former}",
        "image.Images": "\n".join(images),
        "engine.Engine": f"dockerd {dockerd}" if dockerd else "init systemd",
    }
    with box(facts, False, changes):
        expect("box", things)
        commands = list(prune._inner(names=names))
    awaited = [command.message for command in commands if isinstance(command, Fail)]
    return [*awaited, *(change.line for change in changes)]


def test_a_leaf_that_stays_needs_all_that_it_may_go_back_to() -> None:
    assert planned() == []
    assert planned("the leaf other", "other") == []


def test_what_a_leaf_is_to_run_from_this_run_on_stays() -> None:
    images = (image(1, "web:r-000000000001"), *WEB[1:], image(4, "web:latest"))
    assert planned(former="former web", images=images) != []
    assert planned(former="former web", images=images, names=["web:r-000000000001"]) == (
        planned(former=f"former web {identity(1)}", images=images)
    )


def test_an_engine_that_is_to_be_started_may_have_former_builds_and_a_new_one_has_none() -> None:
    assert planned(ENGINE, images=()) == ["waits for the engine on box"]
    assert planned(ENGINE, images=(), dockerd="") == []


def test_a_switch_ends_the_need_of_the_oldest_version_alone() -> None:
    (awaited,) = planned(switch_of("web"))
    assert awaited == "former builds of web, where nothing needs them then"
    assert planned(switch_of("web"), former=FORMER.replace("web.3", "web.2")) == []


def test_what_no_leaf_needs_goes_once_another_build_has_its_name() -> None:
    (awaited,) = planned("web", former="", images=WEB[1:])
    assert awaited == "former builds of web, where nothing needs them then"


def test_a_leaf_that_goes_needs_nothing() -> None:
    assert planned(end_of("web")) == ["- image web  a build of 2026-01-02"]
